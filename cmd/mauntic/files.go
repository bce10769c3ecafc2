package main

import "github.com/mauntic/mauntic/domain/crm"

// files is how much may be attached to contacts.
func (c *Config) files() crm.AttachmentQuota {
	const mega = 1 << 20
	return crm.AttachmentQuota{Contact: c.FilesContact * mega, Org: c.FilesOrg * mega}
}
