-- AlterTable
ALTER TABLE "account" ADD COLUMN     "chosen_mode" TEXT;
ALTER TABLE "account" ADD CONSTRAINT "account_chosen_mode" CHECK ("chosen_mode" IN ('watch', 'propose', 'perform'));
