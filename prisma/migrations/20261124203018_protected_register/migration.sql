-- CreateTable
CREATE TABLE "protected_detail" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "protected_detail_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "protected_detail_hash_key" ON "protected_detail"("hash");

-- What the schema language can't say.

ALTER TABLE "protected_detail" ADD CONSTRAINT "protected_detail_kind" CHECK ("kind" IN ('phone', 'address', 'postcode', 'plate', 'email', 'handle', 'name'));
-- A keyed hash and nothing else: a detail written here in clear is refused.
ALTER TABLE "protected_detail" ADD CONSTRAINT "protected_detail_hash" CHECK ("hash" ~ '^[A-Za-z0-9_-]{43}$');
