-- A criteria set is replaced in an open campaign by a recorded act; guidance before that.

ALTER TABLE criteria_set ADD COLUMN given_hash TEXT DEFAULT '' NOT NULL;

CREATE TABLE set_replacement (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    campaign_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    old_set_id BIGINT NOT NULL,
    new_set_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    mapping JSONB NOT NULL,
    exemptions JSONB DEFAULT '[]' NOT NULL,
    evidence JSONB DEFAULT '[]' NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    made_by BIGINT,
    made_xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT pk_set_replacement PRIMARY KEY (id),
    CONSTRAINT fk_set_replacement_province_id_campaign_id FOREIGN KEY(province_id, campaign_id) REFERENCES campaign (province_id, id),
    CONSTRAINT fk_set_replacement_province_id_old_set_id FOREIGN KEY(province_id, old_set_id) REFERENCES criteria_set (province_id, id),
    CONSTRAINT fk_set_replacement_province_id_new_set_id FOREIGN KEY(province_id, new_set_id) REFERENCES criteria_set (province_id, id),
    CONSTRAINT uq_set_replacement_province_id_id UNIQUE (province_id, id),
    CONSTRAINT ck_set_replacement_other CHECK (old_set_id <> new_set_id),
    CONSTRAINT fk_set_replacement_made_by FOREIGN KEY(made_by) REFERENCES "user" (id),
    CONSTRAINT fk_set_replacement_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE TABLE replaced_entry (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    province_id INTEGER DEFAULT current_setting('app.province_id')::int NOT NULL,
    replacement_id BIGINT NOT NULL,
    sheet_id BIGINT NOT NULL,
    leaf_id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    inputs JSONB NOT NULL,
    explanation TEXT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by BIGINT,
    new_leaf_id BIGINT,
    why TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_replaced_entry PRIMARY KEY (id),
    CONSTRAINT fk_replaced_entry_province_id_replacement_id FOREIGN KEY(province_id, replacement_id) REFERENCES set_replacement (province_id, id),
    CONSTRAINT fk_replaced_entry_province_id_sheet_id FOREIGN KEY(province_id, sheet_id) REFERENCES score_sheet (province_id, id),
    CONSTRAINT fk_replaced_entry_province_id_leaf_id FOREIGN KEY(province_id, leaf_id) REFERENCES leaf (province_id, id),
    CONSTRAINT fk_replaced_entry_province_id_new_leaf_id FOREIGN KEY(province_id, new_leaf_id) REFERENCES leaf (province_id, id),
    CONSTRAINT uq_replaced_entry_replacement_id_sheet_id_leaf_id_stage UNIQUE (replacement_id, sheet_id, leaf_id, stage),
    CONSTRAINT ck_replaced_entry_why CHECK ((new_leaf_id IS NULL) = (why <> '')),
    CONSTRAINT fk_replaced_entry_updated_by FOREIGN KEY(updated_by) REFERENCES "user" (id),
    CONSTRAINT fk_replaced_entry_province_id FOREIGN KEY(province_id) REFERENCES province (id)
);

CREATE INDEX ix_replaced_entry_sheet_id ON replaced_entry (sheet_id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['set_replacement', 'replaced_entry'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY province ON %I '
            'USING (province_id = current_setting(''app.province_id'')::int) '
            'WITH CHECK (province_id = current_setting(''app.province_id'')::int)',
            name
        );
    END LOOP;
END $$;

-- The act itself: not after a final result, of this transaction, and never changed.
CREATE FUNCTION record_replacement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM result_version
        WHERE campaign_id = NEW.campaign_id AND kind IN ('final', 'corrected')
        AND published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'Kỳ đánh giá đã có kết quả chính thức nên không thay được bộ tiêu chí.';
    END IF;
    NEW.made_xid := pg_current_xact_id();
    RETURN NEW;
END $$;

CREATE FUNCTION record_replaced_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM set_replacement
        WHERE id = NEW.replacement_id AND made_xid = pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'Việc thay bộ tiêu chí đã ghi thì không sửa, không xóa được.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER recorded BEFORE INSERT ON set_replacement
FOR EACH ROW EXECUTE FUNCTION record_replacement();

CREATE TRIGGER recorded_change BEFORE UPDATE OR DELETE ON set_replacement
FOR EACH ROW EXECUTE FUNCTION refuse_change(
    'Việc thay bộ tiêu chí đã ghi thì không sửa, không xóa được.'
);

CREATE TRIGGER recorded BEFORE INSERT ON replaced_entry
FOR EACH ROW EXECUTE FUNCTION record_replaced_entry();

CREATE TRIGGER recorded_change BEFORE UPDATE OR DELETE ON replaced_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change(
    'Việc thay bộ tiêu chí đã ghi thì không sửa, không xóa được.'
);

-- What an opened campaign froze changes only where this transaction has recorded a replacement:
-- the one set named there for the other, and exemptions of units of that kind.
CREATE FUNCTION replaces_set(campaign bigint, of_kind text, old_set bigint, new_set bigint)
RETURNS boolean LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM set_replacement
        WHERE campaign_id = campaign AND kind = of_kind AND old_set_id = old_set
        AND new_set_id = new_set AND made_xid = pg_current_xact_id()
    );
END;

CREATE FUNCTION replaces_set_of(campaign bigint, unit bigint) RETURNS boolean LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM set_replacement r
        JOIN campaign_unit u ON u.campaign_id = r.campaign_id AND u.kind = r.kind
        WHERE r.campaign_id = campaign AND u.unit_id = unit
        AND r.made_xid = pg_current_xact_id()
    );
END;

DROP TRIGGER opened ON campaign_set;

CREATE TRIGGER opened BEFORE INSERT OR DELETE ON campaign_set
FOR EACH ROW EXECUTE FUNCTION refuse_change_below(
    'Kỳ đánh giá đã mở nên không đổi được bộ tiêu chí. Hãy mở kỳ đánh giá khác.',
    'campaign', 'opened_at IS NOT NULL', 'campaign_id'
);

CREATE TRIGGER opened_update BEFORE UPDATE ON campaign_set
FOR EACH ROW WHEN (
    (NEW.id, NEW.province_id, NEW.campaign_id, NEW.kind, NEW.grading)
        IS DISTINCT FROM (OLD.id, OLD.province_id, OLD.campaign_id, OLD.kind, OLD.grading)
    OR NOT replaces_set(OLD.campaign_id, OLD.kind, OLD.criteria_set_id, NEW.criteria_set_id)
) EXECUTE FUNCTION refuse_change_below(
    'Kỳ đánh giá đã mở nên không đổi được bộ tiêu chí. Hãy mở kỳ đánh giá khác.',
    'campaign', 'opened_at IS NOT NULL', 'campaign_id'
);

DROP TRIGGER opened ON exemption;

CREATE TRIGGER opened_insert BEFORE INSERT ON exemption
FOR EACH ROW WHEN (NOT replaces_set_of(NEW.campaign_id, NEW.unit_id))
EXECUTE FUNCTION refuse_change_below(
    'Kỳ đánh giá đã mở nên không đổi được tiêu chí không đánh giá. Hãy mở kỳ đánh giá khác.',
    'campaign', 'opened_at IS NOT NULL', 'campaign_id'
);

CREATE TRIGGER opened_update BEFORE UPDATE ON exemption
FOR EACH ROW EXECUTE FUNCTION refuse_change_below(
    'Kỳ đánh giá đã mở nên không đổi được tiêu chí không đánh giá. Hãy mở kỳ đánh giá khác.',
    'campaign', 'opened_at IS NOT NULL', 'campaign_id'
);

CREATE TRIGGER opened_delete BEFORE DELETE ON exemption
FOR EACH ROW WHEN (NOT replaces_set_of(OLD.campaign_id, OLD.unit_id))
EXECUTE FUNCTION refuse_change_below(
    'Kỳ đánh giá đã mở nên không đổi được tiêu chí không đánh giá. Hãy mở kỳ đánh giá khác.',
    'campaign', 'opened_at IS NOT NULL', 'campaign_id'
);
