-- AlterTable: what the item says already, for the decisions there are.
ALTER TABLE "decision" ADD COLUMN     "account_id" UUID,
ADD COLUMN     "author_id" UUID;
UPDATE "decision" SET "account_id" = "item"."account_id", "author_id" = "item"."author_id" FROM "item" WHERE "item"."id" = "decision"."item_id";
ALTER TABLE "decision" ALTER COLUMN "account_id" SET NOT NULL;

-- CreateTable
CREATE TABLE "claim" (
    "decision_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "till" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "claim_pkey" PRIMARY KEY ("decision_id")
);

-- CreateTable
CREATE TABLE "handoff" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "decision_id" UUID,
    "author_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "handoff_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "note" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "note_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "handoff_person_id_decision_id_key" ON "handoff"("person_id", "decision_id");

-- CreateIndex
CREATE UNIQUE INDEX "handoff_person_id_author_id_key" ON "handoff"("person_id", "author_id");

-- CreateIndex
CREATE INDEX "note_item_id_idx" ON "note"("item_id");

-- CreateIndex
CREATE INDEX "action_decision_id_idx" ON "action"("decision_id");

-- CreateIndex
CREATE INDEX "review_at_idx" ON "review"("at" DESC);

-- CreateIndex
CREATE INDEX "review_person_id_at_idx" ON "review"("person_id", "at" DESC);

-- AddForeignKey
ALTER TABLE "claim" ADD CONSTRAINT "claim_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "claim" ADD CONSTRAINT "claim_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "handoff" ADD CONSTRAINT "handoff_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "handoff" ADD CONSTRAINT "handoff_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "handoff" ADD CONSTRAINT "handoff_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "note" ADD CONSTRAINT "note_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "note" ADD CONSTRAINT "note_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "handoff" ADD CONSTRAINT "handoff_of" CHECK (num_nonnulls("decision_id", "author_id") = 1);

-- The queue. In one direction throughout, so that a page begins by comparing rows.
DROP INDEX "decision_open";
CREATE INDEX "decision_open" ON "decision" ((-"urgency"), "decided_at", "id") WHERE "closed_at" IS NULL AND "lane" IS NOT NULL;
CREATE INDEX "decision_open_in_lane" ON "decision" ("lane", (-"urgency"), "decided_at", "id") WHERE "closed_at" IS NULL AND "lane" IS NOT NULL;
CREATE INDEX "decision_open_of_author" ON "decision" ("author_id") WHERE "closed_at" IS NULL AND "lane" IS NOT NULL;
