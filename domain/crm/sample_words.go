package crm

import "strings"

// SampleNoun is a tag or segment of sample contacts.
type SampleNoun struct {
	Name  string
	Share float64 // of the sample contacts that have it
}

// SampleTags are some that half of the sample contacts have, and some that hardly any has.
var SampleTags = []SampleNoun{
	{"newsletter", 0.5},
	{"lead", 0.22},
	{"customer", 0.15},
	{"webinar 2025", 0.08},
	{"trade fair", 0.05},
	{"trial", 0.04},
	{"partner", 0.02},
	{"early bird", 0.01},
	{"VIP", 0.004},
	{"beta tester", 0.002},
	{"journalist", 0.0005},
	{"speaker", 0.0001},
}

// SampleSegments are lists of sample contacts.
var SampleSegments = []SampleNoun{
	{"Newsletter readers (sample)", 0.3}, {"Customers in Europe (sample)", 0.08}, {"Event guests (sample)", 0.02}, {"Press (sample)", 0.0005},
}

// SampleAlias is the name of a sample segment in searches.
func (n SampleNoun) SampleAlias() string {
	name, _, _ := strings.Cut(strings.ToLower(n.Name), " (")
	return "sample-" + strings.ReplaceAll(name, " ", "-")
}

// SampleFields are the custom fields of sample contacts.
var SampleFields = []Field{
	{Alias: "country", Label: "Country", Type: FieldCountry, Group: GroupCore},
	{Alias: "city", Label: "City", Type: FieldText, Group: GroupCore},
	{Alias: "plan", Label: "Plan", Type: FieldSelect, Group: GroupProfessional, Options: []FieldOption{
		{Value: "free", Label: "Free"}, {Value: "team", Label: "Team"}, {Value: "business", Label: "Business"},
	}},
	{Alias: "orders", Label: "Orders", Type: FieldNumber, Group: GroupProfessional},
}

var sampleOrigin = map[string]any{"origin": "sample data"}

type samplePlan struct {
	value  string
	weight int
}

var samplePlans = []samplePlan{{"free", 70}, {"team", 24}, {"business", 6}}

// sampleDeed is what a contact may have done, and its worth.
type sampleDeed struct {
	event          string
	weight, points int
}

var sampleDeeds = []sampleDeed{{EventEmailOpened, 60, 1}, {EventEmailClicked, 30, 5}, {"webinar.attended", 10, 20}}

// sampleCountry is where people come from, and what they are called there.
type sampleCountry struct {
	country, timeZone, locale string
	weight                    int
	phone                     string // from a range that the regulator keeps for fiction; "": there is none
	cities                    []string
	firstnames, lastnames     []string
}

var sampleCountries = []sampleCountry{
	{
		"US", "America/New_York", "en-US", 30, "+1 212 555 01##", strings.Split("New York|Chicago|Boston|Austin|Portland|Atlanta", "|"),
		strings.Fields("Mary James Linda Robert Susan Michael Karen David Emily Daniel Marcus Grace Aaron Olivia Ethan Maya Logan Hannah Tyler Zoe"),
		strings.Fields("Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Martin Jackson Lee Harris Clark Lewis Walker Young Marsh Carter Reed"),
	},
	{
		"GB", "Europe/London", "en-GB", 14, "+44 7700 900###", strings.Split("London|Leeds|Bristol|Glasgow|Manchester", "|"),
		strings.Fields("Oliver Amelia George Isla Harry Ava Jack Mia Freddie Poppy Alfie Martha Oscar Ruby Arthur Elsie"),
		strings.Fields("Taylor Davies Evans Thomas Roberts Wright Hughes Edwards Green Hall Wood Turner Cooper Ward Morris Baker"),
	},
	{
		"DE", "Europe/Berlin", "de", 20, "+49 30 23125 ###", strings.Split("Berlin|Hamburg|München|Köln|Leipzig|Freiburg", "|"),
		strings.Fields("Anna Ben Clara Felix Greta Jonas Lena Lukas Marie Paul Sophie Tim Jürgen Käthe Björn Sabine Uwe Renate"),
		strings.Fields("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Wolf Schröder Neumann Zimmermann Krüger"),
	},
	{
		"FR", "Europe/Paris", "fr", 12, "+33 6 39 98 ## ##", strings.Split("Paris|Lyon|Nantes|Lille|Toulouse", "|"),
		strings.Fields("Camille Louis Chloé Hugo Léa Gabriel Manon Jules Inès Raphaël Zoé Adèle Marcel Noémie"),
		strings.Fields("Martin Bernard Dubois Thomas Robert Petit Durand Leroy Moreau Simon Laurent Lefèvre Garcia Roux"),
	},
	{
		"ES", "Europe/Madrid", "es", 9, "", strings.Split("Madrid|Sevilla|Valencia|Bilbao", "|"),
		strings.Fields("Lucía Hugo Martina Mateo Sofía Leo Paula Álvaro Carmen Javier Núria"),
		strings.Fields("García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Ruiz Núñez"),
	},
	{
		"TR", "Europe/Istanbul", "tr", 5, "", strings.Split("Istanbul|Ankara|Izmir", "|"),
		strings.Fields("Elif Mehmet Zeynep Emre Ayşe Can Defne Kerem"), strings.Fields("Yılmaz Kaya Demir Çelik Şahin Aydın Öztürk"),
	},
	{
		"JP", "Asia/Tokyo", "ja", 5, "", strings.Split("Tokyo|Osaka|Kyoto", "|"),
		strings.Fields("Haruto Yui Sota Hina Ren Aoi Riku Sakura"), strings.Fields("Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto"),
	},
	{
		"IN", "Asia/Kolkata", "en-IN", 5, "", strings.Split("Mumbai|Bengaluru|Pune|Chennai", "|"),
		strings.Fields("Aarav Diya Vihaan Ananya Arjun Isha Rohan Priya"), strings.Fields("Sharma Patel Singh Kumar Gupta Iyer Nair Reddy"),
	},
}

var (
	samplePositions = strings.Split("Owner|Marketing manager|Head of marketing|Buyer|Office manager|Designer|Sales representative|"+
		"Product manager|Software engineer|Accountant|Teacher|Consultant|Director|Assistant|Journalist|Event manager", "|")
	sampleCompanyFirst = strings.Fields("Brightwater Nordlicht Alba Fernweh Kiln Maple Harbour Copper Lindgren Sunrise Atlas Juniper " +
		"Pinewood Silver Meridian Oakridge Blue Golden Larkspur Marigold Northgate Olive Quartz Redwood Saffron Tidewater Umbra Violet Willow Zephyr")
	sampleCompanySecond = strings.Fields("Coffee Books Cycles Travel Ceramics Foods Logistics Media Robotics Textiles Energy Partners " +
		"Studio Labs Foundation Hotels Health Insurance Outdoor Kitchens Games Garden Music Optics Paper Security Software Toys Wines Works")
	sampleCompanyCount = len(sampleCompanyFirst) * len(sampleCompanySecond)
)
