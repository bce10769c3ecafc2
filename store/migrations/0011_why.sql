-- +goose Up

-- The last entry of a contact that a campaign did not take, so that "I added her, why is she not in?"
-- has an answer. Only entries that name their contacts are noted, not whole tags.
create table campaign.refusals (
    org_id      bigint not null,
    campaign_id bigint not null,
    contact_id  bigint not null,
    why         text   not null check (why in ('been_before', 'inside', 'draft', 'paused', 'archived')),
    source      text   not null,            -- manual, api, …
    reason      text   not null default '', -- of the entry, in words: who asked for it
    times       int    not null default 1,  -- how often it happened
    refused_at  timestamptz not null default now(),
    primary key (org_id, campaign_id, contact_id),
    foreign key (org_id, campaign_id) references campaign.campaigns (org_id, id) on delete cascade,
    foreign key (org_id, contact_id) references crm.contacts (org_id, id) on delete cascade
);
create index refusals_contact on campaign.refusals (org_id, contact_id); -- of one contact, and for its deletion

-- Since when a campaign is active, paused or archived; null where it was not noted yet.
alter table campaign.campaigns add column state_since timestamptz;

-- The messages of one campaign, newest first.
create index messages_campaign on messaging.messages (org_id, campaign_id, id) where campaign_id is not null;

-- Programs that watch the installation have a key of an operator, made on the console.
alter table identity.api_keys drop constraint api_keys_role_check,
    add constraint api_keys_role_check check (role in ('user', 'admin', 'superadmin'));
