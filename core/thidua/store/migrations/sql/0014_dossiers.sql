-- The register of papers, the life of movements, dossiers of nominations.

CREATE TABLE paper (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    issued_on DATE NOT NULL,
    signer TEXT DEFAULT '' NOT NULL,
    issuer TEXT DEFAULT '' NOT NULL,
    summary TEXT DEFAULT '' NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by BIGINT,
    file_hash TEXT,
    file_name TEXT,
    file_size BIGINT,
    file_type TEXT,
    scan TEXT,
    CONSTRAINT pk_paper PRIMARY KEY (id),
    CONSTRAINT uq_paper_province_id_id UNIQUE (province_id, id),
    CONSTRAINT ck_paper_scan CHECK (scan IN ('waiting', 'clean', 'infected')),
    CONSTRAINT ck_paper_file CHECK (num_nulls(file_hash, file_name, file_size, file_type, scan) IN (0, 5)),
    CONSTRAINT ck_paper_named CHECK (number <> '' OR summary <> ''),
    CONSTRAINT fk_paper_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_paper_added_by FOREIGN KEY(added_by) REFERENCES "user" (id)
);
CREATE INDEX ix_paper_waiting ON paper (province_id, file_hash) WHERE scan = 'waiting';

ALTER TABLE movement ADD CONSTRAINT uq_movement_province_id_id UNIQUE (province_id, id);

CREATE TABLE movement_amendment (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    movement_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    amended_on DATE NOT NULL,
    hash TEXT NOT NULL,
    document JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT,
    CONSTRAINT pk_movement_amendment PRIMARY KEY (id),
    CONSTRAINT fk_movement_amendment_province_id_movement_id FOREIGN KEY(province_id, movement_id) REFERENCES movement (province_id, id),
    CONSTRAINT uq_movement_amendment_movement_id_number UNIQUE (movement_id, number),
    CONSTRAINT fk_movement_amendment_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_movement_amendment_made_by FOREIGN KEY(made_by) REFERENCES "user" (id)
);

CREATE TABLE movement_act (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    movement_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    year BIGINT,
    duty TEXT DEFAULT '' NOT NULL,
    done_on DATE NOT NULL,
    paper_id BIGINT,
    evidence_id BIGINT,
    note TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT,
    made_by_name TEXT NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawal TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_movement_act PRIMARY KEY (id),
    CONSTRAINT fk_movement_act_province_id_movement_id FOREIGN KEY(province_id, movement_id) REFERENCES movement (province_id, id),
    CONSTRAINT fk_movement_act_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_movement_act_province_id_paper_id FOREIGN KEY(province_id, paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT fk_movement_act_province_id_evidence_id FOREIGN KEY(province_id, evidence_id) REFERENCES evidence_item (province_id, id),
    CONSTRAINT ck_movement_act_kind CHECK (kind IN ('registered', 'launched', 'folded', 'fulfilled')),
    CONSTRAINT ck_movement_act_duty CHECK ((kind = 'fulfilled') = (duty <> '')),
    CONSTRAINT ck_movement_act_folded CHECK (kind <> 'folded' OR note <> ''),
    CONSTRAINT ck_movement_act_proof CHECK (num_nonnulls(paper_id, evidence_id) > 0),
    CONSTRAINT ck_movement_act_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawal = '')),
    CONSTRAINT fk_movement_act_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_movement_act_made_by FOREIGN KEY(made_by) REFERENCES "user" (id)
);
CREATE UNIQUE INDEX uq_movement_act_standing ON movement_act (movement_id, unit_id, kind, duty, year) NULLS NOT DISTINCT WHERE withdrawn_at IS NULL;

CREATE TABLE dossier (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    round_id BIGINT NOT NULL,
    nominator_id BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    arrival_number TEXT DEFAULT '' NOT NULL,
    received_on DATE,
    taken_in_at TIMESTAMP WITH TIME ZONE,
    taken_in_by BIGINT,
    row_version BIGINT DEFAULT '1' NOT NULL,
    CONSTRAINT pk_dossier PRIMARY KEY (id),
    CONSTRAINT fk_dossier_province_id_round_id FOREIGN KEY(province_id, round_id) REFERENCES award_round (province_id, id),
    CONSTRAINT fk_dossier_province_id_nominator_id FOREIGN KEY(province_id, nominator_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_dossier_province_id_id UNIQUE (province_id, id),
    CONSTRAINT uq_dossier_province_id_id_round_id_nominator_id UNIQUE (province_id, id, round_id, nominator_id),
    CONSTRAINT ck_dossier_arrival CHECK ((received_on IS NULL) = (arrival_number = '')),
    CONSTRAINT fk_dossier_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_dossier_taken_in_by FOREIGN KEY(taken_in_by) REFERENCES "user" (id)
);
CREATE UNIQUE INDEX uq_dossier_open ON dossier (round_id, nominator_id) WHERE received_on IS NULL;

CREATE TABLE dossier_return (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    dossier_id BIGINT NOT NULL,
    returned_on DATE NOT NULL,
    missing TEXT[] NOT NULL,
    due_on DATE NOT NULL,
    paper_id BIGINT,
    back_on DATE,
    back_number TEXT DEFAULT '' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT,
    CONSTRAINT pk_dossier_return PRIMARY KEY (id),
    CONSTRAINT fk_dossier_return_province_id_dossier_id FOREIGN KEY(province_id, dossier_id) REFERENCES dossier (province_id, id),
    CONSTRAINT fk_dossier_return_province_id_paper_id FOREIGN KEY(province_id, paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT uq_dossier_return_dossier_id UNIQUE (dossier_id),
    CONSTRAINT ck_dossier_return_missing CHECK (cardinality(missing) > 0),
    CONSTRAINT ck_dossier_return_due CHECK (due_on >= returned_on),
    CONSTRAINT ck_dossier_return_back CHECK (back_on >= returned_on),
    CONSTRAINT ck_dossier_return_back_number CHECK ((back_on IS NULL) = (back_number = '')),
    CONSTRAINT fk_dossier_return_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_dossier_return_made_by FOREIGN KEY(made_by) REFERENCES "user" (id)
);

-- Every nomination is in a dossier: those that are here, in the open one of their nominator.
INSERT INTO dossier (province_id, round_id, nominator_id)
SELECT DISTINCT province_id, round_id, nominator_id FROM nomination;

ALTER TABLE nomination
    ADD COLUMN dossier_id BIGINT,
    ADD COLUMN person_born_on DATE,
    ADD COLUMN person_sex TEXT,
    ADD COLUMN printed_unit TEXT DEFAULT '' NOT NULL,
    ADD COLUMN achievement TEXT DEFAULT '' NOT NULL;
UPDATE nomination SET dossier_id = dossier.id FROM dossier
WHERE (dossier.province_id, dossier.round_id, dossier.nominator_id)
    = (nomination.province_id, nomination.round_id, nomination.nominator_id);
ALTER TABLE nomination
    ALTER COLUMN dossier_id SET NOT NULL,
    ADD CONSTRAINT fk_nomination_province_id_dossier_id_round_id_nominator_id FOREIGN KEY(province_id, dossier_id, round_id, nominator_id) REFERENCES dossier (province_id, id, round_id, nominator_id),
    ADD CONSTRAINT uq_nomination_province_id_id UNIQUE (province_id, id),
    ADD CONSTRAINT uq_nomination_province_id_id_dossier_id UNIQUE (province_id, id, dossier_id),
    ADD CONSTRAINT ck_nomination_sex CHECK (person_sex IN ('male', 'female')),
    ADD CONSTRAINT ck_nomination_collective CHECK (recipient = 'person' OR num_nulls(person_born_on, person_sex) = 2);
DROP INDEX uq_nomination_recipient;
CREATE UNIQUE INDEX uq_nomination_recipient ON nomination (round_id, unit_id, recipient, person_name, person_title, person_born_on) NULLS NOT DISTINCT WHERE withdrawn_at IS NULL;

CREATE TABLE dossier_paper (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    dossier_id BIGINT NOT NULL,
    nomination_id BIGINT,
    item TEXT NOT NULL,
    paper_id BIGINT NOT NULL,
    confirmed_by TEXT DEFAULT '' NOT NULL,
    confirmed_on DATE,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_dossier_paper PRIMARY KEY (id),
    CONSTRAINT fk_dossier_paper_province_id_dossier_id FOREIGN KEY(province_id, dossier_id) REFERENCES dossier (province_id, id),
    CONSTRAINT fk_dossier_paper_province_id_nomination_id_dossier_id FOREIGN KEY(province_id, nomination_id, dossier_id) REFERENCES nomination (province_id, id, dossier_id),
    CONSTRAINT fk_dossier_paper_province_id_paper_id FOREIGN KEY(province_id, paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT ck_dossier_paper_confirmed CHECK ((confirmed_on IS NULL) = (confirmed_by = '')),
    CONSTRAINT fk_dossier_paper_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);
CREATE INDEX ix_dossier_paper_dossier_id ON dossier_paper (dossier_id);

CREATE TABLE initiative (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    nomination_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    recognised_by TEXT NOT NULL,
    number TEXT NOT NULL,
    recognised_on DATE NOT NULL,
    confirmed BOOLEAN DEFAULT 'false' NOT NULL,
    CONSTRAINT pk_initiative PRIMARY KEY (id),
    CONSTRAINT fk_initiative_province_id_nomination_id FOREIGN KEY(province_id, nomination_id) REFERENCES nomination (province_id, id),
    CONSTRAINT ck_initiative_level CHECK (level IN ('unit', 'province', 'ministry', 'nation')),
    CONSTRAINT fk_initiative_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);
CREATE INDEX ix_initiative_nomination_id ON initiative (nomination_id);

CREATE TABLE opinion (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    nomination_id BIGINT NOT NULL,
    agency_id BIGINT NOT NULL,
    asked_on DATE NOT NULL,
    due_on DATE,
    asked_by_paper_id BIGINT NOT NULL,
    stand TEXT,
    words TEXT DEFAULT '' NOT NULL,
    answered_on DATE,
    answer_paper_id BIGINT,
    CONSTRAINT pk_opinion PRIMARY KEY (id),
    CONSTRAINT fk_opinion_province_id_nomination_id FOREIGN KEY(province_id, nomination_id) REFERENCES nomination (province_id, id),
    CONSTRAINT fk_opinion_province_id_agency_id FOREIGN KEY(province_id, agency_id) REFERENCES unit (province_id, id),
    CONSTRAINT fk_opinion_province_id_asked_by_paper_id FOREIGN KEY(province_id, asked_by_paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT fk_opinion_province_id_answer_paper_id FOREIGN KEY(province_id, answer_paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT ck_opinion_stand CHECK (stand IN ('agree', 'disagree', 'none')),
    CONSTRAINT ck_opinion_answer CHECK (num_nulls(stand, answered_on, answer_paper_id) IN (0, 3)),
    CONSTRAINT ck_opinion_why CHECK (stand <> 'disagree' OR words <> ''),
    CONSTRAINT ck_opinion_due CHECK (due_on >= asked_on),
    CONSTRAINT ck_opinion_answered CHECK (answered_on >= asked_on),
    CONSTRAINT fk_opinion_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);
CREATE UNIQUE INDEX uq_opinion_open ON opinion (nomination_id, agency_id) WHERE answered_on IS NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'paper', 'movement_amendment', 'movement_act', 'dossier', 'dossier_return',
        'dossier_paper', 'initiative', 'opinion'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;

CREATE TRIGGER stored BEFORE UPDATE OR DELETE ON movement_amendment
FOR EACH ROW EXECUTE FUNCTION refuse_change(
    'Phong trào đã sửa đổi thì không sửa, không xóa được. Hãy nhập một văn bản sửa đổi mới.'
);
