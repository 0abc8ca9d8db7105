-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "capabilities" JSONB,
    "notes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "probed_at" TIMESTAMPTZ(3),
    "trouble" TEXT,
    "retired_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source" (
    "account_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "cursor" JSONB,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_by" TEXT,
    "leased_till" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,
    "last_ok_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "trouble" TEXT,

    CONSTRAINT "source_pkey" PRIMARY KEY ("account_id","name")
);

-- CreateTable
CREATE TABLE "vault" (
    "account_id" UUID NOT NULL,
    "sealed" BYTEA NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "vault_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "author" (
    "id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT,
    "profile" JSONB NOT NULL,
    "adjustments" INTEGER NOT NULL DEFAULT 0,
    "redirected_at" TIMESTAMPTZ(3),
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "author_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversation" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "post" TEXT,
    "posted_at" TIMESTAMPTZ(3),
    "link" TEXT,

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "item" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "account_id" UUID NOT NULL,
    "conversation_id" UUID,
    "author_id" UUID,
    "external_id" TEXT NOT NULL,
    "revision" TEXT NOT NULL,
    "again" INTEGER NOT NULL DEFAULT 0,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "exact" TEXT,
    "sha256" TEXT NOT NULL,
    "lang" TEXT,
    "links" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "media" JSONB NOT NULL DEFAULT '[]',
    "above" JSONB NOT NULL DEFAULT '[]',
    "link" TEXT NOT NULL,
    "handle" JSONB NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "leased_till" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "picture" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "alt" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "type" TEXT,
    "bytes" BYTEA,
    "sha256" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "picture_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "concern" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "gravity" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "spans" JSONB NOT NULL,
    "detector" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "escalate" TEXT,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "clauses" TEXT[],
    "escalate" TEXT,
    "at_risk" BOOLEAN NOT NULL,
    "casework" BOOLEAN NOT NULL,
    "reasons" TEXT[],
    "policy" TEXT NOT NULL,
    "policy_version" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "lane" TEXT,
    "urgency" INTEGER NOT NULL DEFAULT 0,
    "alerted_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "action" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "item_id" UUID,
    "author_id" UUID,
    "decision_id" UUID,
    "kind" TEXT NOT NULL,
    "undo_of" UUID,
    "after_id" UUID,
    "clause" TEXT,
    "breach" TEXT,
    "origin" TEXT NOT NULL,
    "letter" JSONB,
    "state" TEXT NOT NULL,
    "because" TEXT,
    "link" TEXT,
    "prepared" JSONB,
    "receipt" JSONB,
    "urgency" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "run_at" TIMESTAMPTZ(3) NOT NULL,
    "leased_by" TEXT,
    "leased_till" TIMESTAMPTZ(3),
    "dedupe_key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "action_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "review" (
    "id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "answer" TEXT NOT NULL,
    "change" JSONB,
    "why" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "password" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "hash" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "session" (
    "hash" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "entry" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "item_id" UUID,
    "author_id" UUID,
    "action_id" UUID,
    "body" JSONB NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "entry_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "chain" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "chain_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "account_platform_handle_key" ON "account"("platform", "handle");

-- CreateIndex
CREATE UNIQUE INDEX "author_platform_external_id_key" ON "author"("platform", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "conversation_account_id_external_id_key" ON "conversation"("account_id", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "item_seq_key" ON "item"("seq");

-- CreateIndex
CREATE INDEX "item_author_id_written_at_idx" ON "item"("author_id", "written_at" DESC);

-- CreateIndex
CREATE INDEX "item_conversation_id_written_at_idx" ON "item"("conversation_id", "written_at" DESC);

-- CreateIndex
CREATE INDEX "item_account_id_seq_idx" ON "item"("account_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "item_author_id_seq_idx" ON "item"("author_id", "seq" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "item_account_id_external_id_revision_again_key" ON "item"("account_id", "external_id", "revision", "again");

-- CreateIndex
CREATE INDEX "picture_item_id_idx" ON "picture"("item_id");

-- CreateIndex
CREATE INDEX "finding_item_id_idx" ON "finding"("item_id");

-- CreateIndex
CREATE UNIQUE INDEX "decision_item_id_key" ON "decision"("item_id");

-- CreateIndex
CREATE UNIQUE INDEX "action_undo_of_key" ON "action"("undo_of");

-- CreateIndex
CREATE UNIQUE INDEX "action_dedupe_key_key" ON "action"("dedupe_key");

-- CreateIndex
CREATE INDEX "action_item_id_idx" ON "action"("item_id");

-- CreateIndex
CREATE INDEX "action_author_id_idx" ON "action"("author_id");

-- CreateIndex
CREATE INDEX "review_decision_id_idx" ON "review"("decision_id");

-- CreateIndex
CREATE UNIQUE INDEX "person_name_key" ON "person"("name");

-- CreateIndex
CREATE INDEX "entry_item_id_idx" ON "entry"("item_id");

-- CreateIndex
CREATE INDEX "entry_author_id_idx" ON "entry"("author_id");

-- AddForeignKey
ALTER TABLE "source" ADD CONSTRAINT "source_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vault" ADD CONSTRAINT "vault_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "item" ADD CONSTRAINT "item_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "item" ADD CONSTRAINT "item_conversation_id_fkey" FOREIGN KEY ("conversation_id") REFERENCES "conversation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "item" ADD CONSTRAINT "item_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "picture" ADD CONSTRAINT "picture_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "item"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "author"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_undo_of_fkey" FOREIGN KEY ("undo_of") REFERENCES "action"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "review" ADD CONSTRAINT "review_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language can't say.

ALTER TABLE "account" ADD CONSTRAINT "account_mode" CHECK ("mode" IN ('watch', 'propose', 'perform'));
ALTER TABLE "item" ADD CONSTRAINT "item_kind" CHECK ("kind" IN ('reply', 'mention', 'quote', 'comment', 'message'));
ALTER TABLE "item" ADD CONSTRAINT "item_state" CHECK ("state" IN ('waiting', 'assessed'));
ALTER TABLE "picture" ADD CONSTRAINT "picture_state" CHECK ("state" IN ('waiting', 'kept', 'lost'));
ALTER TABLE "decision" ADD CONSTRAINT "decision_outcome" CHECK ("outcome" IN ('leave', 'review', 'propose', 'perform'));
ALTER TABLE "decision" ADD CONSTRAINT "decision_lane" CHECK ("lane" IN ('risk', 'police', 'proposal', 'look', 'performed', 'casework'));
ALTER TABLE "action" ADD CONSTRAINT "action_state" CHECK ("state" IN ('proposed', 'queued', 'running', 'done', 'manual', 'unconfirmed', 'refused', 'gone', 'dropped'));
ALTER TABLE "review" ADD CONSTRAINT "review_answer" CHECK ("answer" IN ('agreed', 'changed', 'dismissed'));
ALTER TABLE "chain" ADD CONSTRAINT "chain_one_row" CHECK ("id" = 1);

-- A block, or anything else on a person that lasts, is a person's decision: the tool may only propose it.
ALTER TABLE "action" ADD CONSTRAINT "action_block_by_person"
    CHECK ("kind" NOT IN ('block', 'restrict') OR "undo_of" IS NOT NULL OR "origin" <> 'tool' OR "state" IN ('proposed', 'dropped'));

-- Work queues are small beside their tables.
CREATE INDEX "item_waiting" ON "item" ("seq") WHERE "state" = 'waiting';
CREATE INDEX "picture_waiting" ON "picture" ("next_at") WHERE "state" = 'waiting';
CREATE INDEX "action_due" ON "action" ("urgency" DESC, "run_at") WHERE "state" IN ('queued', 'running');
CREATE INDEX "action_by_hand" ON "action" ("created_at") WHERE "state" IN ('manual', 'unconfirmed', 'refused') AND "settled_at" IS NULL;
CREATE INDEX "decision_open" ON "decision" ("urgency" DESC, "decided_at", "id") WHERE "closed_at" IS NULL AND "lane" IS NOT NULL;

CREATE INDEX "decision_to_alert" ON "decision" ("decided_at") WHERE "escalate" IS NOT NULL AND "alerted_at" IS NULL;

-- The log only grows.
CREATE FUNCTION "entry_only_grows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log only grows: an entry can''t be changed or removed';
END
$$;
CREATE TRIGGER "entry_only_grows" BEFORE UPDATE OR DELETE ON "entry" FOR EACH ROW EXECUTE FUNCTION "entry_only_grows"();
CREATE TRIGGER "entry_is_never_emptied" BEFORE TRUNCATE ON "entry" EXECUTE FUNCTION "entry_only_grows"();
INSERT INTO "chain" ("id", "seq", "hash") VALUES (1, 0, repeat('0', 64));
