-- CreateTable
CREATE TABLE "preference" (
    "person_id" UUID NOT NULL,
    "mask" TEXT NOT NULL DEFAULT 'letters',
    "enough" INTEGER,
    "on_day" DATE,
    "on_till" INTEGER,

    CONSTRAINT "preference_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "exposure" (
    "person_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "what" TEXT NOT NULL,
    "kind" TEXT NOT NULL,

    CONSTRAINT "exposure_pkey" PRIMARY KEY ("person_id","day","what")
);

-- CreateIndex
CREATE INDEX "exposure_day_idx" ON "exposure"("day");

-- AddForeignKey
ALTER TABLE "preference" ADD CONSTRAINT "preference_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exposure" ADD CONSTRAINT "exposure_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Closed sets, which Prisma can't say without enums.
ALTER TABLE "preference" ADD CONSTRAINT "preference_mask" CHECK ("mask" IN ('letters', 'whole', 'nothing'));
ALTER TABLE "exposure" ADD CONSTRAINT "exposure_kind" CHECK ("kind" IN ('words', 'picture', 'unmasked'));
