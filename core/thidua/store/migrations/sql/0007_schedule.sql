-- Campaigns are drafts first; their steps have windows and extensions.

ALTER TABLE campaign DROP CONSTRAINT ck_campaign_stage;
ALTER TABLE campaign ADD CONSTRAINT ck_campaign_stage CHECK (stage IN ('draft', 'open', 'closed'));
ALTER TABLE campaign ADD CONSTRAINT ck_campaign_draft CHECK (stage <> 'draft' OR opened_at IS NULL);
CREATE UNIQUE INDEX uq_campaign_living ON campaign (province_id, year) WHERE stage <> 'closed';

CREATE TABLE campaign_window (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_campaign_window PRIMARY KEY (id),
    CONSTRAINT fk_campaign_window_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT uq_campaign_window_province_id_campaign_id_step UNIQUE (province_id, campaign_id, step),
    CONSTRAINT ck_campaign_window_step CHECK (step IN ('following', 'self', 'appraisal_1', 'explanation', 'appraisal_2', 'adoption', 'petitions')),
    CONSTRAINT ck_campaign_window_order CHECK (opens_at < closes_at),
    CONSTRAINT fk_campaign_window_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE extension (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    kind TEXT,
    unit_id BIGINT,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_extension PRIMARY KEY (id),
    CONSTRAINT fk_extension_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT fk_extension_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT ck_extension_step CHECK (step IN ('following', 'self', 'appraisal_1', 'explanation', 'appraisal_2', 'adoption', 'petitions')),
    CONSTRAINT ck_extension_whom CHECK (kind IS NULL OR unit_id IS NULL),
    CONSTRAINT ck_extension_until CHECK (made_at < until),
    CONSTRAINT fk_extension_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['campaign_window', 'extension'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;
