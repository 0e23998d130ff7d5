-- The register of evidence: items of a unit, and the leaves that they prove.

CREATE TABLE evidence_item (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    reference TEXT DEFAULT '' NOT NULL,
    issued_on DATE,
    issuer TEXT DEFAULT '' NOT NULL,
    summary TEXT NOT NULL,
    link TEXT DEFAULT '' NOT NULL,
    link_seen_on DATE,
    file_hash TEXT,
    file_name TEXT,
    file_size BIGINT,
    file_type TEXT,
    scan TEXT,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by BIGINT,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawal TEXT DEFAULT '' NOT NULL,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_evidence_item PRIMARY KEY (id),
    CONSTRAINT fk_evidence_item_province_id_campaign_id_unit_id FOREIGN KEY(province_id, campaign_id, unit_id) REFERENCES campaign_unit (province_id, campaign_id, unit_id),
    CONSTRAINT uq_evidence_item_province_id_id UNIQUE (province_id, id),
    CONSTRAINT ck_evidence_item_scan CHECK (scan IN ('waiting', 'clean', 'infected')),
    CONSTRAINT ck_evidence_item_file CHECK (num_nulls(file_hash, file_name, file_size, file_type, scan) IN (0, 5)),
    CONSTRAINT ck_evidence_item_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawal = '')),
    CONSTRAINT fk_evidence_item_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_evidence_item_added_by FOREIGN KEY(added_by) REFERENCES "user" (id)
);

CREATE INDEX ix_evidence_item_campaign_id_unit_id ON evidence_item (campaign_id, unit_id);

CREATE INDEX ix_evidence_item_waiting ON evidence_item (province_id, file_hash) WHERE scan = 'waiting';

CREATE TABLE evidence_use (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    item_id BIGINT NOT NULL,
    leaf_code TEXT NOT NULL,
    section TEXT DEFAULT '' NOT NULL,
    page TEXT DEFAULT '' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_evidence_use PRIMARY KEY (id),
    CONSTRAINT fk_evidence_use_province_id_item_id FOREIGN KEY(province_id, item_id) REFERENCES evidence_item (province_id, id),
    CONSTRAINT uq_evidence_use_item_id_leaf_code UNIQUE (item_id, leaf_code),
    CONSTRAINT fk_evidence_use_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['evidence_item', 'evidence_use'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;
