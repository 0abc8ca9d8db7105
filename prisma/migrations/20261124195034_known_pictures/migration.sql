-- AlterTable
ALTER TABLE "picture" ADD COLUMN     "examined_at" TIMESTAMPTZ(3),
ADD COLUMN     "sight" JSONB,
ADD COLUMN     "tells" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "weighed_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "avatar" (
    "author_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "hashes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "like" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "avatar_pkey" PRIMARY KEY ("author_id")
);

-- CreateTable
CREATE TABLE "known_picture" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "hashes" TEXT[],
    "title" TEXT NOT NULL,
    "breach" TEXT,
    "holder" TEXT,
    "note" TEXT,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,
    "url" TEXT,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "known_picture_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "known_picture_url_key" ON "known_picture"("url");

-- AddForeignKey
ALTER TABLE "avatar" ADD CONSTRAINT "avatar_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language can't say.

ALTER TABLE "picture" DROP CONSTRAINT "picture_state";
ALTER TABLE "picture" ADD CONSTRAINT "picture_state" CHECK ("state" IN ('waiting', 'kept', 'lost', 'erased'));
-- Whoever suspects child abuse wants the picture gone, not only out of sight.
ALTER TABLE "picture" ADD CONSTRAINT "picture_erased" CHECK ("state" <> 'erased' OR "bytes" IS NULL);
ALTER TABLE "avatar" ADD CONSTRAINT "avatar_state" CHECK ("state" IN ('waiting', 'seen', 'lost'));
ALTER TABLE "avatar" ADD CONSTRAINT "avatar_like" CHECK ("like" IN ('mp', 'staff'));
ALTER TABLE "known_picture" ADD CONSTRAINT "known_picture_kind" CHECK ("kind" IN ('unwanted', 'ours', 'never', 'mp', 'staff'));
ALTER TABLE "known_picture" ADD CONSTRAINT "known_picture_breach" CHECK (("kind" = 'unwanted') = ("breach" IS NOT NULL));

CREATE INDEX "picture_to_examine" ON "picture" ("next_at") WHERE "state" = 'kept' AND "examined_at" IS NULL;
CREATE INDEX "avatar_waiting" ON "avatar" ("next_at") WHERE "state" = 'waiting';
