-- CreateTable
CREATE TABLE "capture" (
    "item_id" UUID NOT NULL,
    "captured_at" TIMESTAMPTZ(3) NOT NULL,
    "record" TEXT,
    "sha256" TEXT NOT NULL,
    "must_refer" BOOLEAN NOT NULL,

    CONSTRAINT "capture_pkey" PRIMARY KEY ("item_id")
);

-- CreateTable
CREATE TABLE "referral" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "force" TEXT,
    "officer" TEXT,
    "how" TEXT,
    "reference" TEXT,
    "why" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT,
    "note" TEXT,
    "concluded_by" UUID,
    "concluded_at" TIMESTAMPTZ(3),

    CONSTRAINT "referral_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disclosure" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "told" TEXT NOT NULL,
    "whom" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "disclosure_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "referral_item_id_idx" ON "referral"("item_id");

-- CreateIndex
CREATE INDEX "disclosure_item_id_idx" ON "disclosure"("item_id");

-- AddForeignKey
ALTER TABLE "capture" ADD CONSTRAINT "capture_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral" ADD CONSTRAINT "referral_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what Prisma can't say.
ALTER TABLE "referral" ADD CONSTRAINT "referral_kind" CHECK ("kind" IN ('referred', 'not-referred'));
ALTER TABLE "referral" ADD CONSTRAINT "referral_how" CHECK ("how" IN ('999', '101', 'online', 'email', 'in-person'));
ALTER TABLE "referral" ADD CONSTRAINT "referral_outcome" CHECK ("outcome" IN ('no-action', 'spoken-to', 'caution', 'charged', 'other'));
ALTER TABLE "referral" ADD CONSTRAINT "referral_whole" CHECK (
  CASE "kind"
    WHEN 'referred' THEN "force" IS NOT NULL AND "how" IS NOT NULL
    ELSE "why" IS NOT NULL AND "reference" IS NULL AND "outcome" IS NULL
  END
);
ALTER TABLE "referral" ADD CONSTRAINT "referral_concluded" CHECK (("outcome" IS NULL) = ("concluded_at" IS NULL));
CREATE INDEX "referral_open" ON "referral" ("id") WHERE "kind" = 'referred' AND "concluded_at" IS NULL;
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_told" CHECK ("told" IN ('lead', 'police', 'ambulance', 'council', 'other'));
