//! Code in colour: keywords, strings, numbers and comments of the languages that people paste. It reads no grammar;
//! what it does not know is plain.

/// What a piece of code is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Token {
    /// Names, signs, white space.
    Plain,
    /// A word of the language.
    Keyword,
    /// Text.
    String,
    /// A number.
    Number,
    /// What is written for people.
    Comment,
}

struct Language {
    names: &'static [&'static str],
    line_comment: &'static str,
    block_comment: Option<(&'static str, &'static str)>,
    quotes: &'static str,
    keywords: &'static str,
}

const C_BLOCK: Option<(&str, &str)> = Some(("/*", "*/"));

static LANGUAGES: [Language; 8] = [
    Language {
        names: &["rust", "rs"],
        line_comment: "//",
        block_comment: C_BLOCK,
        quotes: "\"",
        keywords: " as async await break const continue crate dyn else enum false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while ",
    },
    Language {
        names: &["js", "javascript", "ts", "typescript", "jsx", "tsx"],
        line_comment: "//",
        block_comment: C_BLOCK,
        quotes: "\"'`",
        keywords: " async await break case catch class const continue default delete do else export extends false finally for from function if import in instanceof interface let new null of return static super switch this throw true try type typeof undefined var void while yield ",
    },
    Language {
        names: &["python", "py"],
        line_comment: "#",
        block_comment: None,
        quotes: "\"'",
        keywords: " and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield ",
    },
    Language {
        names: &["c", "cpp", "c++", "h", "java", "go", "csharp", "cs", "kotlin", "swift"],
        line_comment: "//",
        block_comment: C_BLOCK,
        quotes: "\"'",
        keywords: " auto bool break case catch chan char class const continue default defer delete do double else enum extends false final float for func fun go if implements import int interface let long map namespace new nil null package private protected public range return select short signed sizeof static string struct super switch template this throw true try type typedef union unsigned using val var virtual void while ",
    },
    Language {
        names: &["sh", "bash", "shell", "console", "zsh"],
        line_comment: "#",
        block_comment: None,
        quotes: "\"'",
        keywords: " case do done elif else esac exit export fi for function if in local return set then until while ",
    },
    Language {
        names: &["sql"],
        line_comment: "--",
        block_comment: C_BLOCK,
        quotes: "'",
        keywords: " and as asc begin by commit create delete desc distinct drop from group having index inner insert into is join key left like limit not null on or order outer primary references right select set table union unique update values view where with ",
    },
    Language {
        names: &["toml", "yaml", "yml", "ini"],
        line_comment: "#",
        block_comment: None,
        quotes: "\"'",
        keywords: " false no null on off true yes ",
    },
    Language { names: &["json"], line_comment: "//", block_comment: None, quotes: "\"", keywords: " false null true " },
];

/// Cuts code into pieces; together they are the whole code. A language that is not known has one plain piece.
#[must_use]
pub fn tokens<'a>(language: &str, code: &'a str) -> Vec<(Token, &'a str)> {
    let Some(language) = LANGUAGES.iter().find(|known| known.names.contains(&language)) else {
        return vec![(Token::Plain, code)];
    };
    let mut tokens: Vec<(Token, &str)> = Vec::new();
    let (mut at, mut plain) = (0, 0);
    while let Some(rest) = code.get(at..).filter(|rest| !rest.is_empty()) {
        let (token, length) = language.next(rest);
        let length = length.max(1);
        if token != Token::Plain {
            tokens.extend(code.get(plain..at).filter(|text| !text.is_empty()).map(|text| (Token::Plain, text)));
            tokens.extend(code.get(at..at + length).map(|text| (token, text)));
            plain = at + length;
        }
        at += length;
    }
    tokens.extend(code.get(plain..).filter(|text| !text.is_empty()).map(|text| (Token::Plain, text)));
    tokens
}

impl Language {
    /// What comes next and how long it is.
    fn next(&self, rest: &str) -> (Token, usize) {
        let Some(first) = rest.chars().next() else { return (Token::Plain, 0) };
        if rest.starts_with(self.line_comment) {
            return (Token::Comment, rest.find('\n').unwrap_or(rest.len()));
        }
        if let Some((open, close)) = self.block_comment.filter(|(open, _)| rest.starts_with(open)) {
            let inside = rest.get(open.len()..).unwrap_or_default();
            return (Token::Comment, inside.find(close).map_or(rest.len(), |end| open.len() + end + close.len()));
        }
        if self.quotes.contains(first) {
            return (Token::String, string_length(rest, first));
        }
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if !word(first) {
            return (Token::Plain, first.len_utf8());
        }
        let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default();
        if first.is_ascii_digit() {
            (Token::Number, length)
        } else if self.keywords.contains(&format!(" {text} ")) || self.is_loud(text) {
            (Token::Keyword, length)
        } else {
            (Token::Plain, length)
        }
    }

    /// SQL is often written in capitals.
    fn is_loud(&self, word: &str) -> bool {
        self.line_comment == "--" && self.keywords.contains(&format!(" {} ", word.to_ascii_lowercase()))
    }
}

/// Up to the closing quote, past escaped ones; where there is none, to the end of the line.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        if c == '\n' && quote != '`' {
            return place;
        }
        if c == quote && !escaped {
            return place + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: &str, code: &str) -> String {
        let mark = |(token, text): (Token, &str)| match token {
            Token::Plain => text.to_owned(),
            Token::Keyword => format!("<k {text}>"),
            Token::String => format!("<s {text}>"),
            Token::Number => format!("<n {text}>"),
            Token::Comment => format!("<c {text}>"),
        };
        tokens(language, code).into_iter().map(mark).collect()
    }

    #[test]
    fn words_of_the_language_texts_numbers_and_comments_are_told_apart() {
        assert_eq!(shown("rust", "let letter = 42; // the answer"), "<k let> letter = <n 42>; <c // the answer>");
        assert_eq!(shown("py", "if x == \"a \\\" b\":"), "<k if> x == <s \"a \\\" b\">:");
        assert_eq!(shown("sql", "SELECT a -- all"), "<k SELECT> a <c -- all>");
        assert_eq!(shown("js", "/* a\nb */ null"), "<c /* a\nb */> <k null>");
    }

    #[test]
    fn a_language_nobody_knows_is_plain() {
        assert_eq!(tokens("klingon", "let x"), [(Token::Plain, "let x")]);
        assert_eq!(tokens("", ""), [(Token::Plain, "")]);
    }

    #[test]
    fn nothing_of_the_code_is_lost() {
        for code in ["\"open", "/* open", "ü = 'é'\n\n#", "1_000.5e3", "\"\\"] {
            for language in LANGUAGES.iter().flat_map(|language| language.names) {
                assert_eq!(tokens(language, code).iter().map(|(_, text)| *text).collect::<String>(), code);
            }
        }
    }
}
