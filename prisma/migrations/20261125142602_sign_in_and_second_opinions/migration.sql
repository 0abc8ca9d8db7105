-- What is not known of the open sessions can't be made up: everybody signs in once more.
DELETE FROM "session";

-- AlterTable
ALTER TABLE "invitation" ADD COLUMN     "made_by" UUID,
ADD COLUMN     "unfactors" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "person" ADD COLUMN     "totp" BYTEA,
ADD COLUMN     "totp_step" INTEGER;

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "began_at" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "browser" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "confirmed_at" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "half" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "id" UUID NOT NULL,
ADD COLUMN     "seen_at" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "passkey" (
    "id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT[],
    "name" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "challenge" (
    "challenge" TEXT NOT NULL,
    "person_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "challenge_pkey" PRIMARY KEY ("challenge")
);

-- CreateTable
CREATE TABLE "recovery_code" (
    "hash" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "person_news" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "by" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_news_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "second_opinion" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',
    "why" TEXT NOT NULL,
    "asked_by" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "settled_by" UUID,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "second_opinion_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "passkey_person_id_idx" ON "passkey"("person_id");

-- CreateIndex
CREATE INDEX "recovery_code_person_id_idx" ON "recovery_code"("person_id");

-- CreateIndex
CREATE INDEX "person_news_person_id_idx" ON "person_news"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "session_id_key" ON "session"("id");

-- CreateIndex
CREATE INDEX "session_person_id_idx" ON "session"("person_id");

-- AddForeignKey
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "person_news" ADD CONSTRAINT "person_news_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what Prisma can't say.
ALTER TABLE "person_news" ADD CONSTRAINT "person_news_kind" CHECK ("kind" IN ('link', 'renewed', 'unfactored', 'roles'));
ALTER TABLE "second_opinion" ADD CONSTRAINT "second_opinion_kind" CHECK ("kind" IN ('permanent-block', 'stop-all'));
ALTER TABLE "second_opinion" ADD CONSTRAINT "second_opinion_state" CHECK ("state" IN ('waiting', 'agreed', 'declined', 'withdrawn', 'expired'));
ALTER TABLE "second_opinion" ADD CONSTRAINT "second_opinion_settled" CHECK (("state" = 'waiting') = ("settled_at" IS NULL));
-- Two different people: whatever the program does, nobody agrees with themselves.
ALTER TABLE "second_opinion" ADD CONSTRAINT "second_opinion_of_another" CHECK ("state" <> 'agreed' OR "settled_by" <> "asked_by");
-- The same is asked for once at a time.
CREATE UNIQUE INDEX "second_opinion_waiting" ON "second_opinion" ("kind", "subject") WHERE "state" = 'waiting';
