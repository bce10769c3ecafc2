package crm

import "unicode/utf8"

// The names and fixed parts of a workbook, by ECMA-376.
const (
	xmlHead       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	sheetSpace    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	packageSpace  = "http://schemas.openxmlformats.org/package/2006"
	relationTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	sheetTypes    = "application/vnd.openxmlformats-officedocument.spreadsheetml"

	sheetHead = xmlHead + `<worksheet xmlns="` + sheetSpace + `"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<sheetFormatPr defaultColWidth="18" defaultRowHeight="15"/><sheetData>`
)

var (
	sheetRelations = sheetPart{"_rels/.rels", xmlHead + `<Relationships xmlns="` + packageSpace + `/relationships">` +
		`<Relationship Id="rId1" Type="` + relationTypes + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`}

	// The second format is that of the header.
	sheetStyles = sheetPart{"xl/styles.xml", xmlHead + `<styleSheet xmlns="` + sheetSpace + `">` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`}
)

// maxSheetText is how much a cell of Excel holds, in units of UTF-16.
const maxSheetText = 32_767

// appendSheetText adds the text of a cell as XML. What XML can't say becomes a replacement mark, what
// a cell can't hold is cut off.
func appendSheetText(xml []byte, text string) []byte {
	done, room := 0, maxSheetText
	for i := 0; i < len(text); {
		char, size := rune(text[i]), 1
		if char >= utf8.RuneSelf {
			char, size = utf8.DecodeRuneInString(text[i:])
		}
		if room--; char > 0xFFFF {
			room--
		}
		if room < 0 {
			return append(xml, text[done:i]...)
		}
		if instead := sheetEscape(char, text[i:], size); instead != "" {
			xml = append(append(xml, text[done:i]...), instead...)
			done = i + size
		}
		i += size
	}
	return append(xml, text[done:]...)
}

// sheetEscape is what XML says instead of the character that rest begins with; "": the character itself.
func sheetEscape(char rune, rest string, size int) string {
	switch {
	case char == '&':
		return "&amp;"
	case char == '<':
		return "&lt;"
	case char == '>':
		return "&gt;"
	case char == '\r':
		return "&#13;" // else it would be read as a line feed
	case char == '_' && looksEscaped(rest):
		return "_x005F_"
	case char < ' ' && char != '\t' && char != '\n', char == 0xFFFE, char == 0xFFFF, char == utf8.RuneError && size == 1:
		return "\uFFFD"
	}
	return ""
}

// looksEscaped says whether a text begins like _x0041_, which Excel reads as the character of that number.
func looksEscaped(text string) bool {
	const form = "_x0041_"
	if len(text) < len(form) || text[1] != 'x' || text[6] != '_' {
		return false
	}
	for _, digit := range []byte(text[2:6]) {
		if (digit < '0' || digit > '9') && (digit|0x20 < 'a' || digit|0x20 > 'f') {
			return false
		}
	}
	return true
}
