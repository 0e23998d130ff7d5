-- Surveys that a campaign declares as not held.

CREATE TABLE survey_not_held (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    survey TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT pk_survey_not_held PRIMARY KEY (id),
    CONSTRAINT fk_survey_not_held_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT uq_survey_not_held_campaign_id_survey UNIQUE (campaign_id, survey),
    CONSTRAINT fk_survey_not_held_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

ALTER TABLE survey_not_held ENABLE ROW LEVEL SECURITY;
CREATE POLICY province ON survey_not_held
USING (province_id = current_setting('app.province_id')::int)
WITH CHECK (province_id = current_setting('app.province_id')::int);
