-- AlterTable
ALTER TABLE "source" ADD COLUMN     "not_before" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "hint" (
    "account_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" JSONB,
    "times" INTEGER NOT NULL DEFAULT 1,
    "heard_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "hint_pkey" PRIMARY KEY ("account_id","source","key")
);

-- AddForeignKey
ALTER TABLE "hint" ADD CONSTRAINT "hint_account_id_source_fkey" FOREIGN KEY ("account_id", "source") REFERENCES "source"("account_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what Prisma can't say.
ALTER TABLE "hint" ADD CONSTRAINT "hint_named" CHECK (("value" IS NULL) = ("key" = ''));
