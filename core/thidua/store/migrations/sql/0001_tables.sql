-- The tables of thidua. Every table with province_id is guarded in 0001_walls.sql.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE province (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    full_name TEXT NOT NULL,
    authority TEXT NOT NULL,
    applied_version TEXT,
    applied_hash TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_province PRIMARY KEY (id),
    CONSTRAINT uq_province_code UNIQUE (code)
);

CREATE TABLE "user" (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    username TEXT NOT NULL,
    email TEXT,
    name TEXT NOT NULL,
    password TEXT,
    active BOOLEAN DEFAULT 'true' NOT NULL,
    is_operator BOOLEAN DEFAULT 'false' NOT NULL,
    fs_uniquifier TEXT NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    failed_count BIGINT DEFAULT '0' NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    tf_primary_method TEXT,
    tf_totp_secret TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_user PRIMARY KEY (id),
    CONSTRAINT ck_user_nfc CHECK (username = normalize(username, NFC)),
    CONSTRAINT uq_user_username UNIQUE (username),
    CONSTRAINT uq_user_email UNIQUE (email),
    CONSTRAINT uq_user_fs_uniquifier UNIQUE (fs_uniquifier)
);

CREATE TABLE audit_event (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    before JSONB,
    after JSONB,
    CONSTRAINT pk_audit_event PRIMARY KEY (id),
    CONSTRAINT ck_audit_event_actor_kind CHECK (actor_kind IN ('person', 'job', 'command')),
    CONSTRAINT uq_audit_event_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_audit_event_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE INDEX ix_audit_event_province_id_at ON audit_event (province_id, at);

CREATE INDEX ix_audit_event_province_id_subject_kind_subject_id ON audit_event (province_id, subject_kind, subject_id);

CREATE TABLE award_form (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    code TEXT NOT NULL,
    hash TEXT NOT NULL,
    document JSONB NOT NULL,
    CONSTRAINT pk_award_form PRIMARY KEY (id),
    CONSTRAINT uq_award_form_province_id_code UNIQUE (province_id, code),
    CONSTRAINT fk_award_form_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE campaign (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    year BIGINT NOT NULL,
    title TEXT NOT NULL,
    stage TEXT DEFAULT 'open' NOT NULL,
    opens_on DATE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    illustrative BOOLEAN NOT NULL,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_campaign PRIMARY KEY (id),
    CONSTRAINT ck_campaign_stage CHECK (stage IN ('open', 'closed')),
    CONSTRAINT uq_campaign_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_campaign_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE criteria_set (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    code TEXT NOT NULL,
    version TEXT NOT NULL,
    hash TEXT NOT NULL,
    title TEXT NOT NULL,
    document JSONB NOT NULL,
    frozen BOOLEAN DEFAULT 'false' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_criteria_set PRIMARY KEY (id),
    CONSTRAINT uq_criteria_set_province_id_code_version UNIQUE (province_id, code, version),
    CONSTRAINT uq_criteria_set_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_criteria_set_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE grading (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    code TEXT NOT NULL,
    hash TEXT NOT NULL,
    document JSONB NOT NULL,
    CONSTRAINT pk_grading PRIMARY KEY (id),
    CONSTRAINT uq_grading_province_id_code UNIQUE (province_id, code),
    CONSTRAINT fk_grading_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE long_job (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    kind TEXT NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    progress BIGINT DEFAULT '0' NOT NULL,
    message TEXT DEFAULT '' NOT NULL,
    error TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_long_job PRIMARY KEY (id),
    CONSTRAINT ck_long_job_state CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT ck_long_job_progress CHECK (progress BETWEEN 0 AND 100),
    CONSTRAINT fk_long_job_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE movement (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    code TEXT NOT NULL,
    hash TEXT NOT NULL,
    document JSONB NOT NULL,
    CONSTRAINT pk_movement PRIMARY KEY (id),
    CONSTRAINT uq_movement_province_id_code UNIQUE (province_id, code),
    CONSTRAINT fk_movement_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE unit (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    key TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_unit PRIMARY KEY (id),
    CONSTRAINT uq_unit_province_id_key UNIQUE (province_id, key),
    CONSTRAINT uq_unit_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_unit_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE unit_kind (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    document JSONB NOT NULL,
    CONSTRAINT pk_unit_kind PRIMARY KEY (id),
    CONSTRAINT uq_unit_kind_province_id_code UNIQUE (province_id, code),
    CONSTRAINT fk_unit_kind_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE audit_seal (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    position BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_seal PRIMARY KEY (id),
    CONSTRAINT fk_audit_seal_province_id_event_id FOREIGN KEY(province_id, event_id) REFERENCES audit_event (province_id, id),
    CONSTRAINT uq_audit_seal_province_id_position UNIQUE (province_id, position),
    CONSTRAINT uq_audit_seal_province_id_event_id UNIQUE (province_id, event_id),
    CONSTRAINT fk_audit_seal_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE campaign_set (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    criteria_set_id BIGINT NOT NULL,
    grading JSONB NOT NULL,
    CONSTRAINT pk_campaign_set PRIMARY KEY (id),
    CONSTRAINT fk_campaign_set_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT fk_campaign_set_province_id_criteria_set_id FOREIGN KEY(province_id, criteria_set_id) REFERENCES criteria_set (province_id, id),
    CONSTRAINT uq_campaign_set_campaign_id_kind UNIQUE (campaign_id, kind),
    CONSTRAINT fk_campaign_set_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE campaign_unit (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    cluster TEXT,
    group_label TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_campaign_unit PRIMARY KEY (id),
    CONSTRAINT fk_campaign_unit_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT fk_campaign_unit_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_campaign_unit_province_id_campaign_id_unit_id UNIQUE (province_id, campaign_id, unit_id),
    CONSTRAINT fk_campaign_unit_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE cluster (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_cluster PRIMARY KEY (id),
    CONSTRAINT fk_cluster_province_id_kind FOREIGN KEY(province_id, kind) REFERENCES unit_kind (province_id, code),
    CONSTRAINT uq_cluster_province_id_kind_code UNIQUE (province_id, kind, code),
    CONSTRAINT fk_cluster_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE leaf (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    set_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    code TEXT NOT NULL,
    CONSTRAINT pk_leaf PRIMARY KEY (id),
    CONSTRAINT fk_leaf_province_id_set_id FOREIGN KEY(province_id, set_id) REFERENCES criteria_set (province_id, id),
    CONSTRAINT uq_leaf_set_id_position UNIQUE (set_id, position),
    CONSTRAINT uq_leaf_set_id_code UNIQUE (set_id, code),
    CONSTRAINT uq_leaf_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_leaf_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE membership (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    user_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    unit_id BIGINT,
    CONSTRAINT pk_membership PRIMARY KEY (id),
    CONSTRAINT fk_membership_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_membership_province_id_user_id_role_unit_id UNIQUE NULLS NOT DISTINCT (province_id, user_id, role, unit_id),
    CONSTRAINT ck_membership_role CHECK (role IN ('secretariat', 'appraiser', 'officer', 'leader', 'council', 'auditor', 'admin')),
    CONSTRAINT fk_membership_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_membership_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE TABLE result_version (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT,
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    illustrative BOOLEAN NOT NULL,
    engine_version TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    plugin_version TEXT NOT NULL,
    grading JSONB NOT NULL,
    findings JSONB DEFAULT '[]' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_result_version PRIMARY KEY (id),
    CONSTRAINT fk_result_version_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT uq_result_version_province_id_year_number UNIQUE (province_id, year, number),
    CONSTRAINT uq_result_version_province_id_id UNIQUE (province_id, id),
    CONSTRAINT ck_result_version_kind CHECK (kind IN ('provisional', 'final', 'corrected', 'historical')),
    CONSTRAINT ck_result_version_campaign CHECK ((kind = 'historical') = (campaign_id IS NULL)),
    CONSTRAINT fk_result_version_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE exemption (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    node TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT pk_exemption PRIMARY KEY (id),
    CONSTRAINT fk_exemption_province_id_campaign_id_unit_id FOREIGN KEY(province_id, campaign_id, unit_id) REFERENCES campaign_unit (province_id, campaign_id, unit_id),
    CONSTRAINT uq_exemption_campaign_id_unit_id_node UNIQUE (campaign_id, unit_id, node),
    CONSTRAINT fk_exemption_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE result_row (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    version_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    position BIGINT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    cluster TEXT,
    group_label TEXT DEFAULT '' NOT NULL,
    points BIGINT,
    maximum BIGINT,
    index_percent NUMERIC,
    printed_points TEXT DEFAULT '' NOT NULL,
    rank BIGINT,
    band TEXT,
    tied BOOLEAN DEFAULT 'false' NOT NULL,
    detail JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_result_row PRIMARY KEY (id),
    CONSTRAINT fk_result_row_province_id_version_id FOREIGN KEY(province_id, version_id) REFERENCES result_version (province_id, id),
    CONSTRAINT fk_result_row_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_result_row_version_id_unit_id UNIQUE (version_id, unit_id),
    CONSTRAINT fk_result_row_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE score_sheet (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_score_sheet PRIMARY KEY (id),
    CONSTRAINT fk_score_sheet_province_id_campaign_id_unit_id FOREIGN KEY(province_id, campaign_id, unit_id) REFERENCES campaign_unit (province_id, campaign_id, unit_id),
    CONSTRAINT uq_score_sheet_campaign_id_unit_id UNIQUE (campaign_id, unit_id),
    CONSTRAINT uq_score_sheet_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_score_sheet_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE unit_period (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    unit_id BIGINT NOT NULL,
    during DATERANGE NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    cluster TEXT,
    parent_id BIGINT,
    official_code TEXT DEFAULT '' NOT NULL,
    provenance TEXT NOT NULL,
    facts TEXT[] DEFAULT '{}' NOT NULL,
    search_text TEXT NOT NULL,
    sort_key TEXT COLLATE "C" NOT NULL,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_unit_period PRIMARY KEY (id),
    CONSTRAINT fk_unit_period_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_unit_period_province_id_parent_id FOREIGN KEY(province_id, parent_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_unit_period_province_id_kind FOREIGN KEY(province_id, kind) REFERENCES unit_kind (province_id, code),
    CONSTRAINT fk_unit_period_province_id_kind_cluster FOREIGN KEY(province_id, kind, cluster) REFERENCES cluster (province_id, kind, code),
    CONSTRAINT ck_unit_period_during CHECK (NOT isempty(during)),
    CONSTRAINT ex_unit_period_during EXCLUDE USING gist (unit_id WITH =, during WITH &&),
    CONSTRAINT fk_unit_period_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE INDEX ix_unit_period_search_text ON unit_period USING gin (search_text gin_trgm_ops);

CREATE TABLE score_entry (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    sheet_id BIGINT NOT NULL,
    leaf_id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    inputs JSONB NOT NULL,
    explanation TEXT DEFAULT '' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by BIGINT,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_score_entry PRIMARY KEY (id),
    CONSTRAINT fk_score_entry_province_id_sheet_id FOREIGN KEY(province_id, sheet_id) REFERENCES score_sheet (province_id, id),
    CONSTRAINT fk_score_entry_province_id_leaf_id FOREIGN KEY(province_id, leaf_id) REFERENCES leaf (province_id, id),
    CONSTRAINT uq_score_entry_sheet_id_leaf_id_stage UNIQUE (sheet_id, leaf_id, stage),
    CONSTRAINT ck_score_entry_stage CHECK (stage IN ('self', 'appraised', 'survey')),
    CONSTRAINT fk_score_entry_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_score_entry_updated_by FOREIGN KEY(updated_by) REFERENCES "user" (id)
);
