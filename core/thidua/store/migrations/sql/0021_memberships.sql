-- The one question asked before a province is entered: what may this account do, and where?
CREATE FUNCTION memberships_of(account bigint)
RETURNS TABLE (province_id integer, role text, unit_id bigint, domains text[])
LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
    SELECT province_id, role, unit_id, domains FROM membership WHERE user_id = account;
END;
DROP FUNCTION provinces_of;
