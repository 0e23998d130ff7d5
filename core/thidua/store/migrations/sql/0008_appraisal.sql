-- Sign-off of self-assessments, who appraises what, requests for explanation, second round.

ALTER TABLE score_entry DROP CONSTRAINT ck_score_entry_stage;
ALTER TABLE score_entry ADD CONSTRAINT ck_score_entry_stage CHECK (stage IN ('self', 'agency', 'appraised', 'reappraised', 'survey'));
ALTER TABLE score_entry ADD COLUMN recent_saves TEXT[] DEFAULT '{}' NOT NULL;

CREATE TABLE sign_off (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    sheet_id BIGINT NOT NULL,
    how TEXT NOT NULL,
    signer TEXT NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    signed_on DATE,
    check_code TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawal TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_sign_off PRIMARY KEY (id),
    CONSTRAINT fk_sign_off_province_id_sheet_id FOREIGN KEY(province_id, sheet_id) REFERENCES score_sheet (province_id, id),
    CONSTRAINT ck_sign_off_how CHECK (how IN ('click', 'paper')),
    CONSTRAINT ck_sign_off_paper CHECK (how = 'click' OR (number <> '' AND signed_on IS NOT NULL)),
    CONSTRAINT fk_sign_off_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_sign_off_made_by FOREIGN KEY(made_by) REFERENCES "user" (id)
);

CREATE UNIQUE INDEX uq_sign_off_standing ON sign_off (sheet_id) WHERE withdrawn_at IS NULL;

CREATE TABLE assignment (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    set_code TEXT NOT NULL,
    node TEXT NOT NULL,
    agency_id BIGINT NOT NULL,
    user_id BIGINT,
    CONSTRAINT pk_assignment PRIMARY KEY (id),
    CONSTRAINT fk_assignment_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT fk_assignment_province_id_agency_id FOREIGN KEY(province_id, agency_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_assignment_campaign_id_set_code_node_user_id UNIQUE NULLS NOT DISTINCT (campaign_id, set_code, node, user_id),
    CONSTRAINT fk_assignment_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_assignment_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);

CREATE TABLE substitute_agency (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    agency_id BIGINT NOT NULL,
    by_id BIGINT NOT NULL,
    CONSTRAINT pk_substitute_agency PRIMARY KEY (id),
    CONSTRAINT fk_substitute_agency_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT fk_substitute_agency_province_id_agency_id FOREIGN KEY(province_id, agency_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_substitute_agency_province_id_by_id FOREIGN KEY(province_id, by_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_substitute_agency_campaign_id_agency_id UNIQUE (campaign_id, agency_id),
    CONSTRAINT ck_substitute_agency_other CHECK (agency_id <> by_id),
    CONSTRAINT fk_substitute_agency_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE explanation_request (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    sheet_id BIGINT NOT NULL,
    leaf_id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    question TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by BIGINT,
    answer TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by BIGINT,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_explanation_request PRIMARY KEY (id),
    CONSTRAINT fk_explanation_request_province_id_sheet_id FOREIGN KEY(province_id, sheet_id) REFERENCES score_sheet (province_id, id),
    CONSTRAINT fk_explanation_request_province_id_leaf_id FOREIGN KEY(province_id, leaf_id) REFERENCES leaf (province_id, id),
    CONSTRAINT ck_explanation_request_answer CHECK ((answered_at IS NULL) = (answer = '')),
    CONSTRAINT fk_explanation_request_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_explanation_request_asked_by FOREIGN KEY(asked_by) REFERENCES "user" (id),
    CONSTRAINT fk_explanation_request_answered_by FOREIGN KEY(answered_by) REFERENCES "user" (id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['sign_off', 'assignment', 'substitute_agency', 'explanation_request'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;
