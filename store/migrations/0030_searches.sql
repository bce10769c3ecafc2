-- +goose Up
-- Searches of the ledger and of captured mails in the language of lists: each command has an index, or a few
-- rows to look through.

-- To whom, and why not: a reason up to where the parts begin that it was put together from. A message pays
-- for it when it is claimed, settled and reported about: 25 µs each.
create index messages_search on messaging.messages
    using gin (lower(address) gin_trgm_ops, lower(split_part(reason, chr(31), 1)) gin_trgm_ops);
create index messages_created on messaging.messages using brin (created_at) with (autosummarize = on); -- rows lie about as they were made
-- What is rare among very many: those that are no marketing, and those that are under way.
create index messages_rare on messaging.messages (org_id, class, id) where class <> 'marketing';
create index messages_underway on messaging.messages (org_id, delivery, id) where delivery in ('accepted', 'delayed');

create index inbox_search on messaging.inbox using gin (lower(sender || ' ' || recipient || ' ' || subject) gin_trgm_ops);
create index inbox_created on messaging.inbox using brin (created_at) with (autosummarize = on);
