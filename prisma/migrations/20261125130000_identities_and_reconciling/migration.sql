-- AlterTable
ALTER TABLE "action" ADD COLUMN     "otherwise_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "author" ADD COLUMN     "identified_at" TIMESTAMPTZ(3),
ADD COLUMN     "identified_by" UUID,
ADD COLUMN     "identified_ground" TEXT,
ADD COLUMN     "identified_why" TEXT,
ADD COLUMN     "identity" UUID;

-- By hand: what Prisma can't say.
ALTER TABLE "author" ADD CONSTRAINT "author_identified" CHECK (num_nulls("identity", "identified_by", "identified_at", "identified_ground", "identified_why") IN (0, 5));
ALTER TABLE "author" ADD CONSTRAINT "author_identified_ground" CHECK ("identified_ground" IN ('told', 'profile'));
CREATE INDEX "author_identity" ON "author" ("identity") WHERE "identity" IS NOT NULL;
ALTER TABLE "action" ADD CONSTRAINT "action_otherwise" CHECK ("otherwise_at" IS NULL OR "undo_of" IS NULL);
-- What is compared with the platform each night.
CREATE INDEX "action_to_compare" ON "action" ("account_id", "id") WHERE "kind" IN ('mute', 'restrict', 'block') AND "undo_of" IS NULL AND "state" IN ('done', 'proposed');
