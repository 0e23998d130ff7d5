-- A proposal of a round that uses no index rests on no result.

ALTER TABLE award_proposal ALTER COLUMN result_version_id DROP NOT NULL;
