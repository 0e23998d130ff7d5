-- Walls between provinces, and around what must not change.

-- One province a transaction: without one every statement is an error, not an empty page.
-- ENABLE, not FORCE: the owner migrates and is dumped; the application role owns nothing.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'audit_event', 'audit_seal', 'award_form', 'campaign', 'campaign_set', 'campaign_unit',
        'cluster', 'criteria_set', 'exemption', 'grading', 'leaf', 'long_job', 'membership',
        'movement', 'result_row', 'result_version', 'score_entry', 'score_sheet', 'unit',
        'unit_kind', 'unit_period'
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

-- The one question asked before a province is entered: where may this account go?
CREATE FUNCTION provinces_of(account bigint) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
    SELECT DISTINCT province_id FROM membership WHERE user_id = account;
END;

-- refuse_change(message)
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0];
END $$;

-- refuse_change_below(message, parent table, its flag as SQL, our column naming the parent)
-- The lock makes a concurrent publication wait for us, or us for it.
CREATE FUNCTION refuse_change_below() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    closed boolean;
BEGIN
    FOR parent IN
        SELECT DISTINCT side ->> TG_ARGV[3]
        FROM unnest(ARRAY[to_jsonb(OLD), to_jsonb(NEW)]) AS side
        WHERE side IS NOT NULL
    LOOP
        EXECUTE format('SELECT %s FROM %I WHERE id = $1 FOR SHARE', TG_ARGV[2], TG_ARGV[1])
        INTO closed USING parent::bigint;
        IF closed THEN
            RAISE EXCEPTION '%', TG_ARGV[0];
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON criteria_set
FOR EACH ROW WHEN (OLD.frozen) EXECUTE FUNCTION refuse_change(
    'Bộ tiêu chí này đã được một kỳ đánh giá sử dụng nên không sửa, không xóa được. Hãy lập phiên bản mới.'
);

CREATE TRIGGER frozen BEFORE INSERT OR UPDATE OR DELETE ON leaf
FOR EACH ROW EXECUTE FUNCTION refuse_change_below(
    'Bộ tiêu chí này đã được một kỳ đánh giá sử dụng nên không sửa, không xóa được. Hãy lập phiên bản mới.',
    'criteria_set', 'frozen', 'set_id'
);

CREATE TRIGGER published BEFORE UPDATE OR DELETE ON result_version
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION refuse_change(
    'Kết quả đã công bố không sửa, không xóa được. Hãy lập một bản đính chính.'
);

CREATE TRIGGER published BEFORE INSERT OR UPDATE OR DELETE ON result_row
FOR EACH ROW EXECUTE FUNCTION refuse_change_below(
    'Kết quả đã công bố không sửa, không xóa được. Hãy lập một bản đính chính.',
    'result_version', 'published_at IS NOT NULL', 'version_id'
);

CREATE TRIGGER opened_update BEFORE UPDATE ON campaign
FOR EACH ROW WHEN (
    OLD.opened_at IS NOT NULL
    AND (NEW.opened_at, NEW.opens_on, NEW.year) IS DISTINCT FROM (OLD.opened_at, OLD.opens_on, OLD.year)
) EXECUTE FUNCTION refuse_change(
    'Kỳ đánh giá đã mở nên không đổi được năm và ngày mở. Hãy mở kỳ đánh giá khác.'
);

CREATE TRIGGER opened_delete BEFORE DELETE ON campaign
FOR EACH ROW WHEN (OLD.opened_at IS NOT NULL) EXECUTE FUNCTION refuse_change(
    'Kỳ đánh giá đã mở nên không xóa được. Hãy đóng kỳ đánh giá.'
);

CREATE TRIGGER opened BEFORE INSERT OR UPDATE OR DELETE ON campaign_set
FOR EACH ROW EXECUTE FUNCTION refuse_change_below(
    'Kỳ đánh giá đã mở nên không đổi được bộ tiêu chí. Hãy mở kỳ đánh giá khác.',
    'campaign', 'opened_at IS NOT NULL', 'campaign_id'
);

CREATE TRIGGER opened BEFORE INSERT OR UPDATE OR DELETE ON campaign_unit
FOR EACH ROW EXECUTE FUNCTION refuse_change_below(
    'Kỳ đánh giá đã mở nên không đổi được danh sách đơn vị. Hãy mở kỳ đánh giá khác.',
    'campaign', 'opened_at IS NOT NULL', 'campaign_id'
);

CREATE TRIGGER opened BEFORE INSERT OR UPDATE OR DELETE ON exemption
FOR EACH ROW EXECUTE FUNCTION refuse_change_below(
    'Kỳ đánh giá đã mở nên không đổi được tiêu chí không đánh giá. Hãy mở kỳ đánh giá khác.',
    'campaign', 'opened_at IS NOT NULL', 'campaign_id'
);
