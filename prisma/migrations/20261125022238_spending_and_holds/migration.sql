-- AlterTable
ALTER TABLE "account" ADD COLUMN     "budget" JSONB;

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
