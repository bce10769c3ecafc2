-- +goose Up

-- Numbers that contacts had before there were definitions keep their decimals.
update crm.fields f set settings = jsonb_set(f.settings, '{decimals}', to_jsonb(found.decimals))
from (select f.id, least(6, max(scale(trim_scale((c.fields ->> f.alias)::numeric)))) as decimals
      from crm.fields f join crm.all_contacts c on c.org_id = f.org_id and jsonb_typeof(c.fields -> f.alias) = 'number'
      where f.type = 'number' group by f.id) found
where f.id = found.id and found.decimals > 0 and not f.settings ? 'decimals';
