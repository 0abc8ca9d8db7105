-- AlterTable
ALTER TABLE "invitation" ADD COLUMN     "roles" TEXT[];

-- AlterTable
ALTER TABLE "person" ADD COLUMN     "roles" TEXT[];

-- Until now everybody might do everything.
UPDATE "person" SET "roles" = ARRAY['reviewer', 'senior', 'data-lead', 'administrator'];
UPDATE "invitation" SET "roles" = ARRAY['reviewer', 'senior', 'data-lead', 'administrator'];
ALTER TABLE "person" ALTER COLUMN "roles" SET NOT NULL, ADD CONSTRAINT "person_roles" CHECK ("roles" <@ ARRAY['reviewer', 'senior', 'data-lead', 'administrator']);
ALTER TABLE "invitation" ALTER COLUMN "roles" SET NOT NULL, ADD CONSTRAINT "invitation_roles" CHECK ("roles" <@ ARRAY['reviewer', 'senior', 'data-lead', 'administrator']);

-- CreateTable
CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "changed_by" UUID NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);
