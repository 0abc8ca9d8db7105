-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "likeness_id" UUID,
ADD COLUMN     "proposal" TEXT;

-- AlterTable
ALTER TABLE "review" ADD COLUMN     "apart" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "together_id" UUID;

-- CreateTable
CREATE TABLE "likeness" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "bands" INTEGER[],
    "begun_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "likeness_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "together" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "left_out" JSONB NOT NULL DEFAULT '[]',
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "together_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "likeness_begun_at_idx" ON "likeness"("begun_at");

-- CreateIndex
CREATE INDEX "likeness_item_id_idx" ON "likeness"("item_id");

-- CreateIndex: kept up at once, and not in a list beside it that every look-up would have to go through.
CREATE INDEX "likeness_bands_idx" ON "likeness" USING GIN ("bands") WITH (fastupdate = off);

-- AddForeignKey
ALTER TABLE "likeness" ADD CONSTRAINT "likeness_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "together" ADD CONSTRAINT "together_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_together_id_fkey" FOREIGN KEY ("together_id") REFERENCES "together"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- By hand: what Prisma can't say.
ALTER TABLE "together" ADD CONSTRAINT "together_by" CHECK ("by" IN ('words', 'person'));
ALTER TABLE "review" ADD CONSTRAINT "review_apart" CHECK ("apart" <@ ARRAY['block']);
-- What waits and is alike, as small as that, however much was decided before.
CREATE INDEX "decision_alike" ON "decision" ("likeness_id", "proposal", "decided_at", "id") WHERE "closed_at" IS NULL AND "likeness_id" IS NOT NULL AND "proposal" IS NOT NULL;
CREATE INDEX "decision_of_one" ON "decision" ("author_id", "proposal", "decided_at", "id") WHERE "closed_at" IS NULL AND "proposal" IS NOT NULL;
CREATE INDEX "decision_at_risk" ON "decision" ("author_id", "decided_at") WHERE "at_risk";
CREATE INDEX "review_together" ON "review" ("together_id") WHERE "together_id" IS NOT NULL;
