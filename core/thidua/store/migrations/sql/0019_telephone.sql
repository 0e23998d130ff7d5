-- The number by which whoever reminds an office reaches the person who works for it.

ALTER TABLE "user" ADD COLUMN phone TEXT DEFAULT '' NOT NULL;
