package crm

// headerWords says which headers mean which field, in small letters without spaces and signs. They
// are those of Mautic, HubSpot, Mailchimp, Salesforce, Brevo and Outlook, in English, German,
// French, Spanish and Italian.
var headerWords = map[string][]string{
	"firstname": {
		"firstname", "forename", "givenname", "first", "fname", "vorname", "rufname", "prénom", "prenom", "nombre", "nome",
	},
	"lastname": {
		"lastname", "surname", "familyname", "last", "lname", "nachname", "familienname", "zuname", "nom", "nomdefamille", "apellido", "apellidos", "cognome",
	},
	importName: {"name", "fullname", "contactname", "displayname", "personname", "kontaktname", "vollständigername", "nomcomplet", "nombrecompleto", "nomecompleto"},
	"email": {
		"email", "emailaddress", "mail", "mailaddress", "primaryemail", "workemail", "emailadresse", "mailadresse", "leademail", "contactemail",
		"email1", "emailaddress1", "emailwork", "businessemail", "adresseemail", "courriel", "adressemail", "correo", "correoelectrónico", "correoelectronico", "indirizzoemail", "posta",
	},
	"phone": {
		"phone", "phonenumber", "telephone", "tel", "mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "phone1", "sms", "whatsapp", "businessphone", "workphone",
		"telefon", "telefonnummer", "handy", "handynummer", "handynr", "mobil", "mobilnummer", "mobiltelefon", "rufnummer", "téléphone", "portable", "teléfono", "telefono", "móvil", "cellulare",
	},
	"company": {
		"company", "companyname", "organization", "organisation", "organizationname", "employer", "account", "accountname", "firma", "firmenname",
		"unternehmen", "primarycompany", "associatedcompany", "société", "entreprise", "empresa", "azienda", "companyprimary",
	},
	"position": {
		"position", "jobtitle", "title", "role", "job", "funktion", "beruf", "stelle", "berufsbezeichnung", "poste", "fonction", "puesto", "cargo", "posizione", "ruolo",
	},
	importPoints:     {"points", "score", "leadscore", "punkte", "hubspotscore", "puntos", "punti"},
	"stage":          {"stage", "lifecyclestage", "phase", "stufe", "leadstatus", "etapa"},
	"timeZone":       {"timezone", "zeitzone", "fuseauhoraire", "zonahoraria"},
	importLocale:     {"locale", "language", "preferredlocale", "preferredlanguage", "sprache", "langue", "idioma", "lingua"},
	importChannel:    {"preferredchannel", "bevorzugterkanal"},
	importTags:       {"tags", "tag", "labels", "categories", "schlagworte", "schlagwörter", "stichworte", "étiquettes", "etiquetas", "etichette"},
	importOwner:      {"owner", "contactowner", "owneremail", "ownerusername", "leadowner", "besitzer", "verantwortlich", "betreuer", "propriétaire", "propietario"},
	importSegments:   {"segments", "segment", "lists", "list", "liste", "listen", "segmente", "audiences", "listes", "listas"},
	importCreated:    {"createdat", "created", "dateadded", "createdate", "creationdate", "createddate", "datecreated", "signupdate", "subscribedat", "optintime", "erstellt", "erstelltam", "angelegtam", "datedecréation", "fechadecreación"},
	importDoNotEmail: {"donotemail", "donotcontact", "unsubscribed", "optout", "emailoptout", "optedoutofemail", "unsubscribedfromallemail", "abgemeldet", "nichtkontaktieren", "désabonné", "dadodebaja"},
	importDoNotSMS:   {"donotsms", "smsoptout", "donottext", "keinesms"},
	importDoNotPush:  {"donotpush", "pushoptout"},
	importID:         {"contactid", "maunticid", "kontaktnummer"},
}

// rejectHeaders are the columns that a file of rejected rows has before its own.
var rejectHeaders = []string{"Row", "Reason"}

// The words for yes and no in cells, in small letters.
var (
	cellYes = []string{"1", "yes", "y", "true", "x", "on", "ja", "j", "wahr", "oui", "vrai", "sí", "si", "sì", "vero"}
	cellNo  = []string{"0", "no", "n", "false", "-", "off", "nein", "falsch", "non", "faux", "falso"}
)

// cellReasons are words that say why somebody must not be reached.
var cellReasons = map[string]Reason{
	"unsubscribed": Unsubscribed, "optout": Unsubscribed, "opted out": Unsubscribed, "opt-out": Unsubscribed, "abgemeldet": Unsubscribed,
	"bounced": Bounced, "bounce": Bounced, "cleaned": Bounced, "hard bounce": Bounced, "manual": Manual, "manually": Manual, "manuell": Manual,
}
