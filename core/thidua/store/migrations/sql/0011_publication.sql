-- The board adopts a version before its publication; units petition after it.

CREATE TABLE adoption (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    version_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    held_on DATE NOT NULL,
    members TEXT[] NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    adopted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_adoption PRIMARY KEY (id),
    CONSTRAINT fk_adoption_province_id_version_id FOREIGN KEY(province_id, version_id) REFERENCES result_version (province_id, id),
    CONSTRAINT uq_adoption_version_id UNIQUE (version_id),
    CONSTRAINT fk_adoption_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE petition (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    version_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    leaf TEXT DEFAULT '' NOT NULL,
    text TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    filed_by BIGINT,
    accepted BOOLEAN,
    answer TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by BIGINT,
    correction_id BIGINT,
    CONSTRAINT pk_petition PRIMARY KEY (id),
    CONSTRAINT fk_petition_province_id_version_id FOREIGN KEY(province_id, version_id) REFERENCES result_version (province_id, id),
    CONSTRAINT fk_petition_province_id_correction_id FOREIGN KEY(province_id, correction_id) REFERENCES result_version (province_id, id),
    CONSTRAINT fk_petition_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_petition_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT ck_petition_answer CHECK ((answered_at IS NULL) = (accepted IS NULL)),
    CONSTRAINT ck_petition_correction CHECK (correction_id IS NULL OR accepted),
    CONSTRAINT fk_petition_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_petition_filed_by FOREIGN KEY(filed_by) REFERENCES "user" (id),
    CONSTRAINT fk_petition_answered_by FOREIGN KEY(answered_by) REFERENCES "user" (id)
);
CREATE UNIQUE INDEX uq_petition_open ON petition (campaign_id, unit_id, leaf) WHERE answered_at IS NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['adoption', 'petition'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;

CREATE TRIGGER published BEFORE INSERT OR UPDATE OR DELETE ON adoption
FOR EACH ROW EXECUTE FUNCTION refuse_change_below(
    'Kết quả đã công bố nên không đổi được việc thông qua. Hãy lập một bản đính chính.',
    'result_version', 'published_at IS NOT NULL', 'version_id'
);
