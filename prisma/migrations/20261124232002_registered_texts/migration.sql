-- CreateTable
CREATE TABLE "registered_text" (
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "registered_text_pkey" PRIMARY KEY ("id")
);

-- What the schema language can't say.

-- A form that is sent twice registers its text once.
CREATE UNIQUE INDEX "registered_text_once" ON "registered_text" ("sha256") WHERE "removed_at" IS NULL;
