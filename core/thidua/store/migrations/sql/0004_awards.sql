-- Award schemes, rounds, nominations, proposals.

CREATE TABLE award_scheme (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    code TEXT NOT NULL,
    version TEXT NOT NULL,
    hash TEXT NOT NULL,
    title TEXT NOT NULL,
    document JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_award_scheme PRIMARY KEY (id),
    CONSTRAINT uq_award_scheme_province_id_code_version UNIQUE (province_id, code, version),
    CONSTRAINT uq_award_scheme_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_award_scheme_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE award_round (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    scheme_id BIGINT NOT NULL,
    scheme_code TEXT NOT NULL,
    year BIGINT NOT NULL,
    decides_on DATE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_award_round PRIMARY KEY (id),
    CONSTRAINT fk_award_round_province_id_scheme_id FOREIGN KEY(province_id, scheme_id) REFERENCES award_scheme (province_id, id),
    CONSTRAINT uq_award_round_province_id_scheme_code_year UNIQUE (province_id, scheme_code, year),
    CONSTRAINT uq_award_round_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_award_round_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE nomination (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    round_id BIGINT NOT NULL,
    nominator_id BIGINT NOT NULL,
    recipient TEXT NOT NULL,
    unit_id BIGINT NOT NULL,
    person_name TEXT DEFAULT '' NOT NULL,
    person_title TEXT DEFAULT '' NOT NULL,
    person_category TEXT,
    illustrative BOOLEAN DEFAULT 'false' NOT NULL,
    answers JSONB DEFAULT '{}' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_nomination PRIMARY KEY (id),
    CONSTRAINT fk_nomination_province_id_round_id FOREIGN KEY(province_id, round_id) REFERENCES award_round (province_id, id),
    CONSTRAINT fk_nomination_province_id_nominator_id FOREIGN KEY(province_id, nominator_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_nomination_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT ck_nomination_recipient CHECK (recipient IN ('collective', 'person')),
    CONSTRAINT ck_nomination_person CHECK ((recipient = 'person') = (person_name <> '')),
    CONSTRAINT fk_nomination_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE UNIQUE INDEX uq_nomination_recipient ON nomination (round_id, unit_id, recipient, person_name, person_title) WHERE withdrawn_at IS NULL;

CREATE TABLE award_proposal (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    round_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    result_version_id BIGINT NOT NULL,
    scheme_hash TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    document JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT pk_award_proposal PRIMARY KEY (id),
    CONSTRAINT fk_award_proposal_province_id_round_id FOREIGN KEY(province_id, round_id) REFERENCES award_round (province_id, id),
    CONSTRAINT fk_award_proposal_province_id_result_version_id FOREIGN KEY(province_id, result_version_id) REFERENCES result_version (province_id, id),
    CONSTRAINT uq_award_proposal_round_id_number UNIQUE (round_id, number),
    CONSTRAINT fk_award_proposal_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

ALTER TABLE award_scheme ENABLE ROW LEVEL SECURITY;
CREATE POLICY province ON award_scheme
USING (province_id = current_setting('app.province_id')::int)
WITH CHECK (province_id = current_setting('app.province_id')::int);

ALTER TABLE award_round ENABLE ROW LEVEL SECURITY;
CREATE POLICY province ON award_round
USING (province_id = current_setting('app.province_id')::int)
WITH CHECK (province_id = current_setting('app.province_id')::int);

ALTER TABLE nomination ENABLE ROW LEVEL SECURITY;
CREATE POLICY province ON nomination
USING (province_id = current_setting('app.province_id')::int)
WITH CHECK (province_id = current_setting('app.province_id')::int);

ALTER TABLE award_proposal ENABLE ROW LEVEL SECURITY;
CREATE POLICY province ON award_proposal
USING (province_id = current_setting('app.province_id')::int)
WITH CHECK (province_id = current_setting('app.province_id')::int);

CREATE TRIGGER stored BEFORE UPDATE OR DELETE ON award_scheme
FOR EACH ROW EXECUTE FUNCTION refuse_change(
    'Cách xét khen đã lưu không sửa, không xóa được. Hãy lập phiên bản mới.'
);

CREATE TRIGGER made BEFORE UPDATE OR DELETE ON award_proposal
FOR EACH ROW EXECUTE FUNCTION refuse_change(
    'Đề xuất đã lập không sửa, không xóa được. Hãy lập đề xuất mới.'
);
