-- Hội đồng: members, meetings, votes as counts, choices that differ from the proposal.

ALTER TABLE award_proposal ADD CONSTRAINT uq_award_proposal_province_id_id UNIQUE (province_id, id);

CREATE TABLE council (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    name TEXT NOT NULL,
    paper_id BIGINT NOT NULL,
    CONSTRAINT pk_council PRIMARY KEY (id),
    CONSTRAINT fk_council_province_id_paper_id FOREIGN KEY(province_id, paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT uq_council_province_id_id UNIQUE (province_id, id),
    CONSTRAINT fk_council_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE council_member (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    council_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    duty TEXT NOT NULL,
    unit_id BIGINT,
    user_id BIGINT,
    joined_on DATE NOT NULL,
    left_on DATE,
    CONSTRAINT pk_council_member PRIMARY KEY (id),
    CONSTRAINT fk_council_member_province_id_council_id FOREIGN KEY(province_id, council_id) REFERENCES council (province_id, id),
    CONSTRAINT fk_council_member_province_id_unit_id FOREIGN KEY(province_id, unit_id) REFERENCES unit (province_id, id),
    CONSTRAINT uq_council_member_province_id_id UNIQUE (province_id, id),
    CONSTRAINT ck_council_member_left CHECK (left_on >= joined_on),
    CONSTRAINT fk_council_member_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_council_member_user_id FOREIGN KEY(user_id) REFERENCES "user" (id)
);
CREATE UNIQUE INDEX uq_council_member_user ON council_member (council_id, user_id) WHERE left_on IS NULL;

CREATE TABLE council_meeting (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    council_id BIGINT NOT NULL,
    round_id BIGINT NOT NULL,
    proposal_id BIGINT NOT NULL,
    held_on DATE NOT NULL,
    how TEXT NOT NULL,
    members BIGINT[] NOT NULL,
    present BIGINT[] NOT NULL,
    voted BIGINT[] DEFAULT '{}' NOT NULL,
    tally JSONB DEFAULT '{}' NOT NULL,
    results JSONB,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    paper_id BIGINT,
    CONSTRAINT pk_council_meeting PRIMARY KEY (id),
    CONSTRAINT fk_council_meeting_province_id_council_id FOREIGN KEY(province_id, council_id) REFERENCES council (province_id, id),
    CONSTRAINT fk_council_meeting_province_id_round_id FOREIGN KEY(province_id, round_id) REFERENCES award_round (province_id, id),
    CONSTRAINT fk_council_meeting_province_id_proposal_id FOREIGN KEY(province_id, proposal_id) REFERENCES award_proposal (province_id, id),
    CONSTRAINT fk_council_meeting_province_id_paper_id FOREIGN KEY(province_id, paper_id) REFERENCES paper (province_id, id),
    CONSTRAINT uq_council_meeting_province_id_id UNIQUE (province_id, id),
    CONSTRAINT ck_council_meeting_how CHECK (how IN ('typed', 'here')),
    CONSTRAINT ck_council_meeting_closed CHECK ((closed_at IS NULL) = (results IS NULL)),
    CONSTRAINT ck_council_meeting_minutes CHECK (closed_at IS NULL OR paper_id IS NOT NULL),
    CONSTRAINT fk_council_meeting_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);
CREATE UNIQUE INDEX uq_council_meeting_open ON council_meeting (round_id) WHERE closed_at IS NULL;

CREATE TABLE council_choice (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    meeting_id BIGINT NOT NULL,
    nomination_id BIGINT NOT NULL,
    chosen BOOLEAN NOT NULL,
    slot TEXT DEFAULT '' NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT,
    CONSTRAINT pk_council_choice PRIMARY KEY (id),
    CONSTRAINT fk_council_choice_province_id_meeting_id FOREIGN KEY(province_id, meeting_id) REFERENCES council_meeting (province_id, id),
    CONSTRAINT fk_council_choice_province_id_nomination_id FOREIGN KEY(province_id, nomination_id) REFERENCES nomination (province_id, id),
    CONSTRAINT uq_council_choice_meeting_id_nomination_id UNIQUE (meeting_id, nomination_id),
    CONSTRAINT ck_council_choice_slot CHECK (chosen = (slot <> '')),
    CONSTRAINT ck_council_choice_reason CHECK (reason <> ''),
    CONSTRAINT fk_council_choice_province_id FOREIGN KEY(province_id) REFERENCES province (id),
    CONSTRAINT fk_council_choice_made_by FOREIGN KEY(made_by) REFERENCES "user" (id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['council', 'council_member', 'council_meeting', 'council_choice'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;

CREATE TRIGGER closed BEFORE UPDATE OR DELETE ON council_meeting
FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_change(
    'Phiên họp đã khóa thì không sửa, không xóa được. Hãy mở một phiên họp mới.'
);
