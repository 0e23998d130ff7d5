-- Figures of surveys and indices by version; the officials' survey: forms, codes, counts.

CREATE TABLE figure_import (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    number BIGINT NOT NULL,
    source TEXT NOT NULL,
    file_name TEXT DEFAULT '' NOT NULL,
    file_hash TEXT DEFAULT '' NOT NULL,
    rows JSONB NOT NULL,
    after_version BIGINT NOT NULL,
    equal_to BIGINT,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT,
    CONSTRAINT pk_figure_import PRIMARY KEY (id),
    CONSTRAINT fk_figure_import_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT uq_figure_import_campaign_id_what_number UNIQUE (campaign_id, what, number),
    CONSTRAINT fk_figure_import_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_figure_import_made_by FOREIGN KEY(made_by) REFERENCES "user" (id)
);

CREATE TABLE survey_form (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    survey TEXT NOT NULL,
    about JSONB NOT NULL,
    salt BYTEA NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_survey_form PRIMARY KEY (id),
    CONSTRAINT fk_survey_form_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT uq_survey_form_campaign_id_survey UNIQUE (campaign_id, survey),
    CONSTRAINT uq_survey_form_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_survey_form_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE survey_code (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    form_id BIGINT NOT NULL,
    respondents TEXT NOT NULL,
    unit_id BIGINT,
    hash BYTEA NOT NULL,
    CONSTRAINT pk_survey_code PRIMARY KEY (id),
    CONSTRAINT fk_survey_code_province_id_form_id FOREIGN KEY(province_id, form_id) REFERENCES survey_form (province_id, id),
    CONSTRAINT fk_survey_code_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_survey_code_form_id_hash UNIQUE (form_id, hash),
    CONSTRAINT fk_survey_code_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE survey_count (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    form_id BIGINT NOT NULL,
    respondents TEXT NOT NULL,
    unit_id BIGINT NOT NULL,
    how TEXT NOT NULL,
    forms BIGINT DEFAULT '0' NOT NULL,
    answers JSONB DEFAULT '{}' NOT NULL,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_survey_count PRIMARY KEY (id),
    CONSTRAINT fk_survey_count_province_id_form_id FOREIGN KEY(province_id, form_id) REFERENCES survey_form (province_id, id),
    CONSTRAINT fk_survey_count_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_survey_count_form_id_respondents_unit_id_how UNIQUE (form_id, respondents, unit_id, how),
    CONSTRAINT ck_survey_count_how CHECK (how IN ('online', 'paper')),
    CONSTRAINT fk_survey_count_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['figure_import', 'survey_form', 'survey_code', 'survey_count'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;
