-- AlterTable
ALTER TABLE "account" ADD COLUMN     "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[];
