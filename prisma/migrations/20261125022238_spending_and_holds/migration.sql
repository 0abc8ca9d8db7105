-- AlterTable
ALTER TABLE "account" ADD COLUMN     "budget" JSONB;

-- AlterTable
ALTER TABLE "action" ADD COLUMN     "begun_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "item" ADD COLUMN     "blanked_at" TIMESTAMPTZ(3),
ADD COLUMN     "held_at" TIMESTAMPTZ(3),
ADD COLUMN     "held_by" UUID,
ADD COLUMN     "held_why" TEXT;

-- AlterTable
ALTER TABLE "source" ADD COLUMN     "note" TEXT;

-- CreateTable
CREATE TABLE "spending" (
    "account_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "what" TEXT NOT NULL,
    "units" INTEGER NOT NULL,
    "micros" BIGINT NOT NULL,

    CONSTRAINT "spending_pkey" PRIMARY KEY ("account_id","day","what")
);

-- AddForeignKey
ALTER TABLE "spending" ADD CONSTRAINT "spending_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what Prisma can't say.
ALTER TABLE "item" ADD CONSTRAINT "item_held" CHECK (("held_at" IS NULL) = ("held_by" IS NULL) AND ("held_at" IS NULL) = ("held_why" IS NULL));
ALTER TABLE "item" ADD CONSTRAINT "item_blanked" CHECK ("blanked_at" IS NULL OR ("text" = '' AND "exact" IS NULL));
-- What its author deleted and is still to be blanked; and what is kept, by age.
CREATE INDEX "item_to_blank" ON "item" ("account_id") WHERE "gone_at" IS NOT NULL AND "blanked_at" IS NULL;
CREATE INDEX "item_kept" ON "item" ("account_id", "seen_at") WHERE "blanked_at" IS NULL;
CREATE INDEX "action_to_look_for" ON "action" ("account_id", "run_at") WHERE "state" = 'manual' AND "settled_at" IS NULL;
UPDATE "action" SET "begun_at" = "created_at" WHERE "state" <> 'proposed';
-- Staff see the oldest order first, however long it was proposed before.
DROP INDEX "action_by_hand";
CREATE INDEX "action_by_hand" ON "action" ("begun_at") WHERE "state" IN ('manual', 'unconfirmed', 'refused') AND "settled_at" IS NULL;
