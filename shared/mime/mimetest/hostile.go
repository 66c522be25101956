package mimetest

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/base64"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
)

// Hostile is mail that is made to cost more than it weighs, some n bytes of each kind, by a name for the kind. None of it has a sender, a recipient or a Message-ID.
func Hostile(n int) map[string][]byte {
	h := min(n, 1<<20-100) // of what makes a header too large, which is not read to its end
	deep := strings.Builder{}
	deep.WriteString("Subject: deep\n")
	for i := range n / 90 {
		b := "b" + strconv.Itoa(i)
		deep.WriteString("Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n")
	}
	deep.WriteString("\nthe bottom")
	multi := "Content-Type: multipart/mixed; boundary=b\n\n"
	return map[string][]byte{
		"nested":                []byte(deep.String()),
		"many parts":            []byte(multi + strings.Repeat("--b\n\nx\n", n/8) + "--b--\n"),
		"many empty parts":      []byte(multi + strings.Repeat("--b\n", n/4)),
		"half boundaries":       []byte(multi + strings.Repeat("--b-", n/4)),
		"nested many":           []byte(multi + strings.Repeat("--b\nContent-Type: multipart/mixed; boundary=c\n\n"+strings.Repeat("--c\n\nx\n", 50)+"--c--\n", n/455)),
		"wrong base64":          []byte("Content-Transfer-Encoding: base64\n\n" + strings.Repeat("!", n)),
		"padding":               []byte("Content-Transfer-Encoding: base64\n\n" + strings.Repeat("QQ==\n ", n/6)),
		"newlines in base64":    []byte("Content-Transfer-Encoding: base64\n\nQUFB!" + strings.Repeat("\n", n)),
		"quoted-printable":      []byte("Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("=\n", n/2)),
		"quoted equal signs":    []byte("Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("=", n)),
		"one header line":       []byte("Subject: " + strings.Repeat("x", max(n, 2<<20)) + "\n\ntext"),
		"header lines":          []byte("Subject: x\n" + strings.Repeat("A: b\n", h/5) + "\ntext"),
		"continuation lines":    []byte("Subject: x\n" + strings.Repeat(" y\n", h/3) + "\ntext"),
		"no colons":             []byte("Subject: x\n" + strings.Repeat("y\n", h/2) + "\ntext"),
		"comments":              []byte("To: " + strings.Repeat("(", h) + "\n\ntext"),
		"closed comments":       []byte("To: " + strings.Repeat("(a)", h/3) + "\n\ntext"),
		"quotes":                []byte("To: " + strings.Repeat(`"a`, h/2) + "\n\ntext"),
		"odd quotes":            []byte("To: \"" + strings.Repeat(`\`, h) + "\n\ntext"),
		"commas":                []byte("To: " + strings.Repeat("a,", h/2) + "\n\ntext"),
		"brackets":              []byte("To: " + strings.Repeat("<", h) + "\n\ntext"),
		"brackets and commas":   []byte("To: " + strings.Repeat("<@,", h/3) + "\n\ntext"),
		"bracketed":             []byte("To: " + strings.Repeat("<a@b>", h/5) + "\n\ntext"),
		"colons":                []byte("To: " + strings.Repeat("x", h/2) + "@" + strings.Repeat(":", h/2) + "\n\ntext"),
		"at signs":              []byte("To: " + strings.Repeat("@", h) + "\n\ntext"),
		"encoded words":         []byte("Subject: " + strings.Repeat("=?utf-8?Q?a?= ", h/14) + "\n\ntext"),
		"half words":            []byte("Subject: " + strings.Repeat("=?a?q?", h/6) + "\n\ntext"),
		"ids":                   []byte("References: " + strings.Repeat("<a@b>", h/5) + "\n\ntext"),
		"open ids":              []byte("References: " + strings.Repeat("<", h) + "\n\ntext"),
		"parameters":            []byte("Content-Type: text/plain" + strings.Repeat("; a=b", h/5) + "\n\ntext"),
		"open parameters":       []byte("Content-Type: text/plain; " + strings.Repeat(`a="`, h/3) + "\n\ntext"),
		"blanks in parameters":  []byte("Content-Type: text/plain; a=x" + strings.Repeat(" ", h) + "y\n\ntext"),
		"pieces of a parameter": []byte("Content-Type: text/plain" + strings.Repeat("; a*1*=b", h/8) + "\n\ntext"),
		"date":                  []byte("Date: " + strings.Repeat("1 ", h/2) + "\n\ntext"),
		"tags":                  []byte("Content-Type: text/html\n\n" + strings.Repeat("<a href=https://x>", n/18)),
		"quotes in HTML":        []byte("Content-Type: text/html\n\n" + strings.Repeat("<blockquote><li>x", n/17)),
		"open tag":              []byte("Content-Type: text/html\n\n<" + strings.Repeat("a ", n/2)),
		"links to parts":        []byte("Content-Type: text/html\n\n" + strings.Repeat("cid:a ", n/6)),
		"attributions":          []byte("Subject: x\n\n" + strings.Repeat("On 5 May 2024, 10:00 a@b wrote:\n", n/32)),
		"attributions, marked":  []byte("Subject: x\n\n" + strings.Repeat("On 5 May 2024, 10:00 a@b wrote:\n> x\n", n/36) + "y"),
		"header blocks":         []byte("Subject: x\n\n" + strings.Repeat("From: a\n", n/8)),
		"flowed":                []byte("Content-Type: text/plain; format=flowed\n\n" + strings.Repeat("> a \n", n/5)),
		"deep flowed":           []byte("Content-Type: text/plain; format=flowed\n\n" + strings.Repeat(">", n)),
		"blank lines":           []byte("Subject: x\n\n" + strings.Repeat("\n", n) + "x"),
		"uuencode":              []byte("Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n" + strings.Repeat("M\n", n/2)),
		"subjects of replies":   []byte("Subject: " + strings.Repeat("Re:", h/3) + "\n\ntext"),
		"NULs":                  bytes.Repeat([]byte{0}, n),
		"one byte":              {'x'},
		"one line":              []byte("Subject: x\n\n" + strings.Repeat("word ", n/5)),
		"addresses":             []byte("To: " + strings.Repeat("\"A Name\" <somebody@mail.example>, ", h/34) + "z@mail.example\n\ntext"),
		"words of a letter":     []byte("Subject: " + strings.Repeat("=?iso-8859-1?Q?=E9?=\n ", h/22) + "\n\ntext"),
		"wide characters":       []byte("Content-Type: text/plain; charset=shift_jis\n\n" + strings.Repeat("\xb1", n)), // a byte becomes three
		"changes of alphabet":   []byte("Content-Type: text/plain; charset=iso-2022-jp\n\n" + strings.Repeat("\x1b$B$\"\x1b(B", n/8)),
		"bytes of no character": []byte("Content-Type: text/plain; charset=utf-16\n\n" + strings.Repeat("\xd8\x00", n/2)),
		"file names":            []byte(multi + strings.Repeat("--b\nContent-Disposition: attachment; filename="+strings.Repeat("x", 400)+"\n\ny\n", n/460) + "--b--\n"),
		"mails in mails":        []byte(strings.Repeat("Content-Type: message/rfc822\n\n", n/30) + "Subject: the last\n\ntext"),
		"base64 in base64":      base64InItself(n),
		"a file that unfolds":   withFile("bomb.zip", "application/zip", zipBomb(n)),
		"elements in elements":  []byte("Content-Type: text/html\n\n" + strings.Repeat("<div>", n/5)),
		"tables in tables":      []byte("Content-Type: text/html\n\n" + strings.Repeat("<table><tr><td>", n/15)),
		"attributes":            []byte("Content-Type: text/html\n\n<p " + strings.Repeat("a=b ", n/4) + ">text"),
		"images":                []byte("Content-Type: text/html\n\n" + strings.Repeat("<img src=https://x.example/1>", n/29)),
		"quoted lines":          []byte("Subject: x\n\n" + strings.Repeat("> x\n", n/4) + "y"),
	}
}

// Ordinary is a mail of some n bytes as people write them: a few words, and a picture.
func Ordinary(n int) []byte {
	content := make([]byte, n*3/4)
	x := uint32(1)
	for i := range content {
		x = x*1664525 + 1013904223
		content[i] = byte(x >> 24)
	}
	return withFile("picture.jpg", "image/jpeg", content)
}

// Newsletter is a mail of some n bytes of HTML as companies send it.
func Newsletter(n int) []byte {
	const block = "<p style=\"color:#333\">Dear reader, here are <b>some words</b> about a thing that you can buy from us, and <a href=\"https://shop.example/thing?from=mail\">a link</a> to it.</p>\n"
	return []byte("Subject: News\nContent-Type: text/html; charset=utf-8\n\n<html><body>" + strings.Repeat(block, n/len(block)) + "</body></html>")
}

// withFile is a mail with a file.
func withFile(name, kind string, content []byte) []byte {
	var b bytes.Buffer
	b.WriteString("Subject: A file\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: " + kind +
		"\r\nContent-Disposition: attachment; filename=" + name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	for encoded := base64.StdEncoding.EncodeToString(content); encoded != ""; {
		line := encoded[:min(76, len(encoded))]
		encoded = encoded[len(line):]
		b.WriteString(line + "\r\n")
	}
	b.WriteString("--b--\r\n")
	return b.Bytes()
}

// unfolded is how many times its own size the content of a zip bomb has, or nearly.
const unfolded = 1000

// zipBomb is an archive of some n bytes whose files have a thousand times as many.
func zipBomb(n int) []byte {
	const size = 64 << 20
	var packed bytes.Buffer
	f, err := flate.NewWriter(&packed, flate.BestCompression)
	sum := crc32.NewIEEE()
	zeros := make([]byte, 1<<20)
	for range size / len(zeros) {
		if err == nil {
			_, err = io.MultiWriter(f, sum).Write(zeros)
		}
	}
	if err == nil {
		err = f.Close()
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i == 0 || b.Len() < n*2/3; i++ {
		var file io.Writer
		if err == nil {
			file, err = w.CreateRaw(&zip.FileHeader{Name: strconv.Itoa(i), Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(packed.Len()), UncompressedSize64: size})
		}
		if err == nil {
			_, err = file.Write(packed.Bytes())
		}
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// base64InItself is encoded again and again, which undoes itself once only.
func base64InItself(n int) []byte {
	content := []byte("text")
	for len(content) < n*3/4 {
		content = []byte(base64.StdEncoding.EncodeToString(content))
	}
	return append([]byte("Content-Transfer-Encoding: base64\n\n"), content...)
}
