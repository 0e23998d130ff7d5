-- Quyết định khen thưởng: grants, refusals, the register of certificates.

CREATE TABLE award_decision (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    round_id BIGINT NOT NULL,
    meeting_id BIGINT NOT NULL,
    paper_id BIGINT NOT NULL,
    base_salary BIGINT,
    base_salary_basis TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT,
    CONSTRAINT pk_award_decision PRIMARY KEY (id),
    CONSTRAINT fk_award_decision_province_id_round_id FOREIGN KEY(province_id, round_id) REFERENCES award_round (province_id, id),
    CONSTRAINT fk_award_decision_province_id_meeting_id FOREIGN KEY(province_id, meeting_id) REFERENCES council_meeting (province_id, id),
    CONSTRAINT fk_award_decision_province_id_paper_id FOREIGN KEY(province_id, paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT uq_award_decision_province_id_id UNIQUE (province_id, id),
    CONSTRAINT uq_award_decision_meeting_id UNIQUE (meeting_id),
    CONSTRAINT ck_award_decision_base_salary CHECK (base_salary > 0),
    CONSTRAINT ck_award_decision_basis CHECK ((base_salary IS NULL) = (base_salary_basis = '')),
    CONSTRAINT fk_award_decision_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_award_decision_made_by FOREIGN KEY(made_by) REFERENCES "user" (id)
);

CREATE TABLE award (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    decision_id BIGINT NOT NULL,
    nomination_id BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    unit_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    workplace TEXT DEFAULT '' NOT NULL,
    born_on DATE,
    slot TEXT NOT NULL,
    form TEXT NOT NULL,
    form_name TEXT NOT NULL,
    movement TEXT NOT NULL,
    movement_title TEXT NOT NULL,
    year BIGINT NOT NULL,
    closing BOOLEAN NOT NULL,
    illustrative BOOLEAN NOT NULL,
    artefact TEXT DEFAULT '' NOT NULL,
    money BIGINT,
    certificate TEXT DEFAULT '' NOT NULL,
    handed_on DATE,
    handed_to TEXT DEFAULT '' NOT NULL,
    revoked_paper_id BIGINT,
    revoked_why TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_award PRIMARY KEY (id),
    CONSTRAINT fk_award_province_id_decision_id FOREIGN KEY(province_id, decision_id) REFERENCES award_decision (province_id, id),
    CONSTRAINT fk_award_province_id_nomination_id FOREIGN KEY(province_id, nomination_id) REFERENCES nomination (province_id, id),
    CONSTRAINT fk_award_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_award_province_id_revoked_paper_id FOREIGN KEY(province_id, revoked_paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT uq_award_province_id_id UNIQUE (province_id, id),
    CONSTRAINT uq_award_nomination_id UNIQUE (nomination_id),
    CONSTRAINT ck_award_recipient CHECK (recipient IN ('collective', 'person')),
    CONSTRAINT ck_award_money CHECK (money > 0),
    CONSTRAINT ck_award_handed CHECK ((handed_on IS NULL) = (handed_to = '')),
    CONSTRAINT ck_award_revoked CHECK ((revoked_paper_id IS NULL) = (revoked_why = '')),
    CONSTRAINT fk_award_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);
CREATE UNIQUE INDEX uq_award_certificate ON award (province_id, form, certificate) WHERE certificate <> '';

CREATE TABLE award_refusal (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    decision_id BIGINT NOT NULL,
    nomination_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT pk_award_refusal PRIMARY KEY (id),
    CONSTRAINT fk_award_refusal_province_id_decision_id FOREIGN KEY(province_id, decision_id) REFERENCES award_decision (province_id, id),
    CONSTRAINT fk_award_refusal_province_id_nomination_id FOREIGN KEY(province_id, nomination_id) REFERENCES nomination (province_id, id),
    CONSTRAINT uq_award_refusal_nomination_id UNIQUE (nomination_id),
    CONSTRAINT ck_award_refusal_reason CHECK (reason <> ''),
    CONSTRAINT fk_award_refusal_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['award_decision', 'award', 'award_refusal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;
