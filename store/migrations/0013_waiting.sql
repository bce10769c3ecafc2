-- +goose Up
-- What a ready message waits for, so that a campaign's page can say why nothing goes out.
alter table messaging.messages
    add column waits_for   text not null default '' check (waits_for in ('', 'provider', 'rule')),
    add column waits_since timestamptz; -- null: nothing has held it up
create index messages_waiting on messaging.messages (org_id, campaign_id) where state = 'ready' and waits_for <> '';
