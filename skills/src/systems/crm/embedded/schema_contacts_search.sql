-- People are found by words in any order, without regard to case, accents, Unicode form, kind of apostrophe or spacing, and
-- phones by their digits. The tokenizer sees to case and accents; what it does not know of letters and signs is here.

DROP TRIGGER contacts_added;
DROP TRIGGER contacts_changed;
DROP TRIGGER contacts_removed;
DROP TABLE contacts_fts;

-- The texts of a person that are looked into. Two blanks before each word: so a beginning of one or two letters makes three,
-- the least that trigrams find. `squeezed` finds "MacDonald" under "Mac Donald", and "obrien" under "O'Brien".
CREATE VIEW contact_texts AS
WITH
  spoken AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(replace(replace(replace(
        first_name || char(31) || last_name, char(160), ' '), char(8217), ''''), char(8216), ''''), char(8219), ''''), char(700), ''''), char(699), '''') AS name
    FROM contacts
  ),
  plain AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(replace(replace(replace(
        name, char(8242), ''''), char(96), ''''), char(180), ''''), char(65287), ''''), 'ß', 'ss'), 'ẞ', 'ss') AS name
    FROM spoken
  ),
  plainer AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(replace(replace(replace(
        name, 'ø', 'o'), 'Ø', 'o'), 'ł', 'l'), 'Ł', 'l'), 'đ', 'd'), 'Đ', 'd') AS name
    FROM plain
  ),
  plainest AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(replace(replace(replace(
        name, 'ð', 'd'), 'Ð', 'd'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe') AS name
    FROM plainer
  ),
  letters AS (
    SELECT id, email, phone, contact_type,
      replace(replace(replace(
        name, 'þ', 'th'), 'Þ', 'th'), 'ı', 'i') AS name
    FROM plainest
  ),
  parts AS (
    SELECT *, substr(name, instr(name, char(31)) + 1) AS last FROM letters
  ),
  squeezed AS (
    SELECT *, replace(replace(replace(replace(
      replace(name, char(31), '') || char(31) || last || char(31) || substr(last, instr(last || ' ', ' ') + 1),
      ' ', ''), '''', ''), '-', ''), '.', '') AS tight
    FROM parts
  )
SELECT
  id,
  '  ' || replace(replace(name, char(31), ' '), ' ', '  ') AS name,
  '  ' || replace(tight, char(31), '  ') AS squeezed,
  '  ' || email AS email,
  '  ' || replace(replace(replace(replace(replace(replace(replace(replace(
    phone, ' ', ''), char(160), ''), '-', ''), '(', ''), ')', ''), '.', ''), '/', ''), '+', '') AS phone,
  contact_type AS kind
FROM squeezed;

CREATE VIRTUAL TABLE contacts_fts USING fts5(
  name, squeezed, email, phone, kind, content='', contentless_delete=1, tokenize='trigram remove_diacritics 1'
);
INSERT INTO contacts_fts(rowid, name, squeezed, email, phone, kind)
SELECT id, name, squeezed, email, phone, kind FROM contact_texts ORDER BY id;

CREATE TRIGGER contacts_added AFTER INSERT ON contacts BEGIN
  INSERT INTO contacts_fts(rowid, name, squeezed, email, phone, kind)
  SELECT id, name, squeezed, email, phone, kind FROM contact_texts WHERE id = new.id;
END;
CREATE TRIGGER contacts_changed AFTER UPDATE OF first_name, last_name, email, phone, contact_type ON contacts BEGIN
  DELETE FROM contacts_fts WHERE rowid = old.id;
  INSERT INTO contacts_fts(rowid, name, squeezed, email, phone, kind)
  SELECT id, name, squeezed, email, phone, kind FROM contact_texts WHERE id = new.id;
END;
CREATE TRIGGER contacts_removed AFTER DELETE ON contacts BEGIN
  DELETE FROM contacts_fts WHERE rowid = old.id;
END;
