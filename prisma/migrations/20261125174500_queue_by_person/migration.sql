-- DropIndex
DROP INDEX "item_author_id_written_at_idx";

-- AlterTable
ALTER TABLE "review" ADD COLUMN     "author_id" UUID;

-- CreateIndex
CREATE INDEX "item_author_id_written_at_id_idx" ON "item"("author_id", "written_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "review_author_id_idx" ON "review"("author_id");

UPDATE "review" SET "author_id" = "decision"."author_id" FROM "decision" WHERE "decision"."id" = "review"."decision_id";

-- Few seem to be at risk; whoever asks of one person must not read all they wrote.
CREATE INDEX "decision_at_risk_of_author" ON "decision" ("author_id") WHERE "at_risk";
