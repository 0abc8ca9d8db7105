-- AlterTable
ALTER TABLE "action" ADD COLUMN     "for_good" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "noted_at" TIMESTAMPTZ(3),
ADD COLUMN     "noted_by" UUID,
ADD COLUMN     "review_at" TIMESTAMPTZ(3),
ADD COLUMN     "written_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "adjustment" (
    "id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'asked',
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "noted_by" UUID NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" UUID,
    "why" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" UUID,

    CONSTRAINT "adjustment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "point_of_contact" (
    "author_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "set_by" UUID NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "point_of_contact_pkey" PRIMARY KEY ("author_id")
);

-- CreateTable
CREATE TABLE "author_note" (
    "id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "by" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "author_note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "letter" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "author_id" UUID,
    "about_id" UUID,
    "contest_id" UUID,
    "adjustment_id" UUID,
    "clause" TEXT,
    "policy" TEXT NOT NULL,
    "policy_version" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL DEFAULT 'draft',
    "way" TEXT,
    "carried_by" UUID,
    "written_by" UUID NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_by" UUID,
    "settled_at" TIMESTAMPTZ(3),
    "why" TEXT,

    CONSTRAINT "letter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contest" (
    "id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "words" TEXT NOT NULL,
    "noted_by" UUID NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "decided_by" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "why" TEXT,
    "review_id" UUID,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "contest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "adjustment_author_id_idx" ON "adjustment"("author_id");

-- CreateIndex
CREATE INDEX "author_note_author_id_idx" ON "author_note"("author_id");

-- CreateIndex
CREATE UNIQUE INDEX "letter_contest_id_key" ON "letter"("contest_id");

-- CreateIndex
CREATE UNIQUE INDEX "letter_adjustment_id_key" ON "letter"("adjustment_id");

-- CreateIndex
CREATE UNIQUE INDEX "letter_carried_by_key" ON "letter"("carried_by");

-- CreateIndex
CREATE INDEX "letter_author_id_idx" ON "letter"("author_id");

-- CreateIndex
CREATE INDEX "letter_about_id_idx" ON "letter"("about_id");

-- CreateIndex
CREATE UNIQUE INDEX "contest_review_id_key" ON "contest"("review_id");

-- CreateIndex
CREATE INDEX "contest_decision_id_idx" ON "contest"("decision_id");

-- CreateIndex
CREATE INDEX "contest_author_id_idx" ON "contest"("author_id");

-- AddForeignKey
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "point_of_contact" ADD CONSTRAINT "point_of_contact_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "author_note" ADD CONSTRAINT "author_note_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "letter" ADD CONSTRAINT "letter_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "letter" ADD CONSTRAINT "letter_about_id_fkey" FOREIGN KEY ("about_id") REFERENCES "action"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "letter" ADD CONSTRAINT "letter_carried_by_fkey" FOREIGN KEY ("carried_by") REFERENCES "action"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "letter" ADD CONSTRAINT "letter_contest_id_fkey" FOREIGN KEY ("contest_id") REFERENCES "contest"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "letter" ADD CONSTRAINT "letter_adjustment_id_fkey" FOREIGN KEY ("adjustment_id") REFERENCES "adjustment"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contest" ADD CONSTRAINT "contest_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contest" ADD CONSTRAINT "contest_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what Prisma can't say.
ALTER TABLE "action" DROP CONSTRAINT "action_state";
ALTER TABLE "action" ADD CONSTRAINT "action_state" CHECK ("state" IN ('proposed', 'unwritten', 'queued', 'running', 'done', 'manual', 'unconfirmed', 'refused', 'gone', 'dropped'));
ALTER TABLE "action" ADD CONSTRAINT "action_unwritten" CHECK ("state" <> 'unwritten' OR ("kind" = 'warn' AND "undo_of" IS NULL AND "origin" <> 'tool'));
ALTER TABLE "action" ADD CONSTRAINT "action_noted" CHECK (num_nulls("noted_at", "noted_by") IN (0, 2));
ALTER TABLE "action" ADD CONSTRAINT "action_for_good" CHECK (NOT "for_good" OR ("kind" = 'block' AND "undo_of" IS NULL AND "review_at" IS NULL));
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_state" CHECK ("state" IN ('asked', 'agreed', 'declined', 'ended'));
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_format" CHECK ("format" IN ('plain', 'large-print', 'coloured', 'translated'));
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_decided" CHECK (num_nulls("decided_at", "decided_by") = CASE WHEN "state" = 'asked' THEN 2 ELSE 0 END);
ALTER TABLE "adjustment" ADD CONSTRAINT "adjustment_ended" CHECK (num_nulls("ended_at", "ended_by") = CASE WHEN "state" = 'ended' THEN 0 ELSE 2 END);
ALTER TABLE "letter" ADD CONSTRAINT "letter_kind" CHECK ("kind" IN ('warn', 'hide', 'restrict', 'block', 'block-review', 'contest', 'adjustment'));
ALTER TABLE "letter" ADD CONSTRAINT "letter_state" CHECK ("state" IN ('draft', 'sent', 'no-address'));
ALTER TABLE "letter" ADD CONSTRAINT "letter_way" CHECK (CASE WHEN "state" = 'sent' THEN coalesce("way" IN ('platform', 'email', 'post'), false) ELSE "way" IS NULL END);
ALTER TABLE "letter" ADD CONSTRAINT "letter_settled" CHECK (num_nulls("settled_at", "settled_by") = CASE WHEN "state" = 'draft' THEN 2 ELSE 0 END);
ALTER TABLE "letter" ADD CONSTRAINT "letter_carried" CHECK (("way" = 'platform') IS TRUE OR "carried_by" IS NULL);
ALTER TABLE "letter" ADD CONSTRAINT "letter_about" CHECK (num_nonnulls("about_id", "contest_id", "adjustment_id") = 1);
ALTER TABLE "contest" ADD CONSTRAINT "contest_state" CHECK ("state" IN ('open', 'upheld', 'overturned'));
ALTER TABLE "contest" ADD CONSTRAINT "contest_decided" CHECK (num_nulls("decided_at", "decided_by", "why") = CASE WHEN "state" = 'open' THEN 3 ELSE 0 END);
-- One letter about one thing, ever: nobody is told twice. A block may be looked at again and again.
CREATE UNIQUE INDEX "letter_once" ON "letter" ("about_id") WHERE "kind" <> 'block-review';
CREATE UNIQUE INDEX "letter_review_draft" ON "letter" ("about_id") WHERE "kind" = 'block-review' AND "state" = 'draft';
CREATE UNIQUE INDEX "contest_one_open" ON "contest" ("decision_id") WHERE "state" = 'open';
-- What staff have yet to do: as small as that, however much was done before.
CREATE INDEX "action_unwritten" ON "action" ("created_at", "id") WHERE "state" = 'unwritten';
CREATE INDEX "action_to_write" ON "action" ("settled_at", "id") WHERE "kind" IN ('restrict', 'block') AND "undo_of" IS NULL AND "state" = 'done' AND "written_at" IS NULL;
CREATE INDEX "action_to_note" ON "action" ("settled_at", "id") WHERE "kind" IN ('warn', 'restrict', 'block') AND "undo_of" IS NULL AND "state" = 'done' AND "noted_at" IS NULL;
CREATE INDEX "action_undated" ON "action" ("id") WHERE "kind" = 'block' AND "undo_of" IS NULL AND "state" = 'done' AND "review_at" IS NULL AND NOT "for_good";
CREATE INDEX "action_to_review" ON "action" ("review_at", "id") WHERE "kind" = 'block' AND "undo_of" IS NULL AND "state" = 'done';
CREATE INDEX "contest_open" ON "contest" ("due_at", "id") WHERE "state" = 'open';
CREATE INDEX "contest_to_answer" ON "contest" ("decided_at", "id") WHERE "state" <> 'open' AND "answered_at" IS NULL;
