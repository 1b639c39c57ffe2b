//! What each kind of shape and text looks like, as plain data: which tokens it takes its colours from, how thick, how dashed.
//!
//! The order of [`Style`] is the order of painting.

use crate::sim::process::Sort;

/// A colour of the page, by the name that style sheets give it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say all there is to say")]
pub enum Token {
    Paper,
    Sheet,
    Rule,
    Ink,
    Ink2,
    Ink3,
    Accent,
    AccentSoft,
    Good,
    GoodSoft,
    Bad,
    BadSoft,
    Warn,
    WarnSoft,
    IslandA,
    IslandAInk,
    IslandB,
    IslandBInk,
    IslandC,
    IslandCInk,
    IslandD,
    IslandDInk,
    Link,
    Node,
    NodeRim,
    MessageWrite,
    MessageAck,
    MessageBeat,
    MessageLost,
    Tint1,
    Tint2,
    Tint3,
    Tint4,
    Tint5,
    Tint6,
    Tint7,
    Tint8,
    OnTint,
}

impl Token {
    /// All of them, each at its own index.
    pub const ALL: [Token; 38] = {
        use Token::*;
        [
            Paper,
            Sheet,
            Rule,
            Ink,
            Ink2,
            Ink3,
            Accent,
            AccentSoft,
            Good,
            GoodSoft,
            Bad,
            BadSoft,
            Warn,
            WarnSoft,
            IslandA,
            IslandAInk,
            IslandB,
            IslandBInk,
            IslandC,
            IslandCInk,
            IslandD,
            IslandDInk,
            Link,
            Node,
            NodeRim,
            MessageWrite,
            MessageAck,
            MessageBeat,
            MessageLost,
            Tint1,
            Tint2,
            Tint3,
            Tint4,
            Tint5,
            Tint6,
            Tint7,
            Tint8,
            OnTint,
        ]
    };

    /// The custom property that holds it.
    pub const fn property(self) -> &'static str {
        match self {
            Token::Paper => "--paper",
            Token::Sheet => "--sheet",
            Token::Rule => "--rule",
            Token::Ink => "--ink",
            Token::Ink2 => "--ink-2",
            Token::Ink3 => "--ink-3",
            Token::Accent => "--accent",
            Token::AccentSoft => "--accent-soft",
            Token::Good => "--good",
            Token::GoodSoft => "--good-soft",
            Token::Bad => "--bad",
            Token::BadSoft => "--bad-soft",
            Token::Warn => "--warn",
            Token::WarnSoft => "--warn-soft",
            Token::IslandA => "--island-a",
            Token::IslandAInk => "--island-a-ink",
            Token::IslandB => "--island-b",
            Token::IslandBInk => "--island-b-ink",
            Token::IslandC => "--island-c",
            Token::IslandCInk => "--island-c-ink",
            Token::IslandD => "--island-d",
            Token::IslandDInk => "--island-d-ink",
            Token::Link => "--link",
            Token::Node => "--node",
            Token::NodeRim => "--node-rim",
            Token::MessageWrite => "--msg-write",
            Token::MessageAck => "--msg-ack",
            Token::MessageBeat => "--msg-beat",
            Token::MessageLost => "--msg-lost",
            Token::Tint1 => "--tint-1",
            Token::Tint2 => "--tint-2",
            Token::Tint3 => "--tint-3",
            Token::Tint4 => "--tint-4",
            Token::Tint5 => "--tint-5",
            Token::Tint6 => "--tint-6",
            Token::Tint7 => "--tint-7",
            Token::Tint8 => "--tint-8",
            Token::OnTint => "--on-accent",
        }
    }
}

/// How a shape is painted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// What it is filled with.
    pub fill: Option<Token>,
    /// What its line is drawn with, and how thick at full size, in pixels.
    pub line: Option<(Token, f64)>,
    /// How long the dashes and the gaps between them are, in pixels.
    pub dash: Option<f64>,
    /// From 0, invisible, to 1.
    pub opacity: f64,
    /// Whether the line is drawn before the fill, so that only its outer half is seen.
    pub line_below: bool,
}

/// Lists the kinds of shapes, each with what it looks like.
macro_rules! styles {
    ($($(#[$doc:meta])* $name:ident => $look:expr;)*) => {
        /// A kind of shape. Those that come later are painted over those that come first.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Style {
            $($(#[$doc])* $name,)*
        }

        impl Style {
            /// All of them in the order of painting.
            const ALL: &'static [Style] = &[$(Style::$name),*];

            /// How it is painted.
            pub const fn look(self) -> Look {
                use Token as T;
                match self {
                    $(Style::$name => $look,)*
                }
            }
        }
    };
}

styles! {
    /// Soft ground under the nodes of an island; there are four tints.
    HullA => filled(T::IslandA);
    /// See [`Style::HullA`].
    HullB => filled(T::IslandB);
    /// See [`Style::HullA`].
    HullC => filled(T::IslandC);
    /// See [`Style::HullA`].
    HullD => filled(T::IslandD);
    /// The dashed edge of the fifth island and those after it, which share the tints of the first four.
    HullEdgeA => dashed(T::IslandAInk, 1.5, 6.0);
    /// See [`Style::HullEdgeA`].
    HullEdgeB => dashed(T::IslandBInk, 1.5, 6.0);
    /// See [`Style::HullEdgeA`].
    HullEdgeC => dashed(T::IslandCInk, 1.5, 6.0);
    /// See [`Style::HullEdgeA`].
    HullEdgeD => dashed(T::IslandDInk, 1.5, 6.0);
    /// A circle on which things have places.
    RingGround => lined(T::Rule, 3.0);
    /// A stretch of it, by whose it is; there are eight colours.
    Band1 => filled(T::Tint1);
    /// See [`Style::Band1`].
    Band2 => filled(T::Tint2);
    /// See [`Style::Band1`].
    Band3 => filled(T::Tint3);
    /// See [`Style::Band1`].
    Band4 => filled(T::Tint4);
    /// See [`Style::Band1`].
    Band5 => filled(T::Tint5);
    /// See [`Style::Band1`].
    Band6 => filled(T::Tint6);
    /// See [`Style::Band1`].
    Band7 => filled(T::Tint7);
    /// See [`Style::Band1`].
    Band8 => filled(T::Tint8);
    /// The shape that stands on a stretch besides its colour.
    BandSign => filled(T::OnTint);
    /// Where a stretch begins.
    BandEdge => lined(T::Ink, 1.75);
    /// Round what the pointer is over.
    Hover => lined(T::AccentSoft, 8.0);
    /// A whole link.
    Link => lined(T::Link, 2.5);
    /// What is left of a cut one.
    Stub => Look { opacity: 0.75, ..lined(T::Link, 2.5) };
    /// A link with a fault other than a cut.
    Troubled => lined(T::Warn, 2.5);
    /// The ends at a gap.
    CutEnd => lined(T::Bad, 3.0);
    /// Which way still works.
    Arrow => lined(T::Ink2, 2.5);
    /// Round what is selected.
    Selection => dashed(T::Accent, 2.0, 3.5);
    /// A node that runs.
    Node => both(T::Node, T::NodeRim, 2.5);
    /// A node that is down.
    Crashed => Look { dash: Some(4.5), ..both(T::Paper, T::Ink3, 2.5) };
    /// The cross on it.
    Cross => lined(T::Ink3, 3.0);
    /// A node that does not follow its protocol.
    Byzantine => both(T::BadSoft, T::Bad, 2.5);
    /// What shades a paused node.
    Hatch => Look { opacity: 0.55, ..lined(T::Ink3, 1.75) };
    /// The lines of a node's icon.
    Icon => lined(T::Ink, 2.0);
    /// Its filled parts.
    IconFill => filled(T::Good);
    /// The face of a Byzantine node.
    Mask => filled(T::Bad);
    /// The ground of a value that rides on a node.
    Badge => both(T::Sheet, T::Rule, 1.5);
    /// The sign on a node that does nothing.
    Pause => filled(T::Ink2);
    /// The ground of a small mark on a node.
    Mark => both(T::WarnSoft, T::Warn, 1.5);
    /// The lines of the small mark.
    MarkLine => lined(T::Warn, 1.75);
    /// The ground of a bar that tells how full something is.
    GaugeGround => both(T::Sheet, T::Ink2, 1.5);
    /// How full it is.
    GaugeFill => filled(T::Accent);
    /// The same of what is full.
    GaugeFull => filled(T::Warn);
    /// Between what can be taken one by one.
    GaugeCell => lined(T::Ink2, 1.0);
    /// The sign of whoever has a colour of their own, in its shape; there are eight colours.
    Tint1 => message(T::Tint1);
    /// See [`Style::Tint1`].
    Tint2 => message(T::Tint2);
    /// See [`Style::Tint1`].
    Tint3 => message(T::Tint3);
    /// See [`Style::Tint1`].
    Tint4 => message(T::Tint4);
    /// See [`Style::Tint1`].
    Tint5 => message(T::Tint5);
    /// See [`Style::Tint1`].
    Tint6 => message(T::Tint6);
    /// See [`Style::Tint1`].
    Tint7 => message(T::Tint7);
    /// See [`Style::Tint1`].
    Tint8 => message(T::Tint8);
    /// The same of what belongs to nobody.
    TintNone => both(T::Paper, T::Ink3, 2.0);
    /// How much of a timer is left.
    Timer => lined(T::Accent, 3.0);
    /// How much of a disk's work is left.
    Sync => lined(T::Good, 3.0);
    /// The side of a queue.
    Tray => lined(T::Ink3, 1.5);
    /// Messages that ask.
    Request => message(T::MessageWrite);
    /// Messages that answer.
    Reply => message(T::MessageAck);
    /// Messages that keep house.
    Beat => message(T::MessageBeat);
    /// Messages that refuse.
    Refusal => message(T::Warn);
    /// The jagged edge of messages that were changed, under the message itself.
    Altered => message(T::Bad);
    /// A message that was just lost.
    Lost => filled(T::MessageLost);
    /// One that was lost a moment ago.
    LostFading => Look { opacity: 0.6, ..filled(T::MessageLost) };
    /// One that was lost a while ago.
    LostFaint => Look { opacity: 0.3, ..filled(T::MessageLost) };
    /// The number of things that wait.
    Count => both(T::Ink2, T::Paper, 1.5);
    /// Round the message that is selected.
    PacketSelection => dashed(T::Accent, 2.0, 3.5);
    /// The ground of the selected node's lane in the diagram.
    LaneBand => filled(T::AccentSoft);
    /// A node's lane in the diagram.
    Lane => lined(T::Rule, 1.5);
    /// The part of a lane on which its node was down.
    LaneDown => filled(T::Rule);
    /// The moment at which something was done to the network.
    MomentCommand => dashed(T::Warn, 1.5, 2.5);
    /// The moment at which a property was broken.
    MomentBroken => dashed(T::Bad, 1.5, 2.5);
    /// The moment at which a property came true.
    MomentReached => dashed(T::Good, 1.5, 2.5);
    /// Under the lines of the selected message.
    LineSelected => lined(T::AccentSoft, 7.0);
    /// What dims the future that the watcher went back from.
    FutureVeil => Look { opacity: 0.62, ..filled(T::Sheet) };
    /// What dims all that has nothing to do with an event.
    Veil => Look { opacity: 0.84, ..filled(T::Sheet) };
    /// The part of a lane that comes before an event.
    LanePast => lined(T::Accent, 3.0);
    /// The part of a lane that comes after it.
    LaneFuture => lined(T::IslandAInk, 3.0);
    /// The way of a message that keeps house.
    LineBeat => lined(T::MessageBeat, 1.25);
    /// The way of one that answers.
    LineReply => lined(T::MessageAck, 1.5);
    /// The way of one that asks.
    LineRequest => lined(T::MessageWrite, 1.5);
    /// The way of one that refuses.
    LineRefusal => lined(T::Warn, 1.5);
    /// The way of one that was lost.
    LineLost => lined(T::MessageLost, 1.5);
    /// Where a message that keeps house arrived.
    DotBeat => filled(T::MessageBeat);
    /// Where one that answers arrived.
    DotReply => filled(T::MessageAck);
    /// Where one that asks arrived.
    DotRequest => filled(T::MessageWrite);
    /// Where one that refuses arrived.
    DotRefusal => filled(T::Warn);
    /// Where a message was changed.
    Jag => both(T::BadSoft, T::Bad, 1.5);
    /// Where a timer went off, and the marks of the axis.
    Tick => lined(T::Ink3, 1.5);
    /// Where a process said something.
    Note => both(T::Sheet, T::Ink2, 1.75);
    /// Where a user was told something.
    Answer => both(T::GoodSoft, T::Good, 1.75);
    /// Where a node went down or came up.
    Power => lined(T::Ink, 2.0);
    /// Where a message was lost.
    LostCross => lined(T::MessageLost, 2.0);
    /// The flag of something that was done.
    FlagCommand => filled(T::Warn);
    /// The flag of a broken property.
    FlagBroken => filled(T::Bad);
    /// The flag of one that came true.
    FlagReached => filled(T::Good);
    /// The present.
    Cursor => filled(T::Accent);
    /// The ground of its name.
    CursorFlag => filled(T::Accent);
    /// Round the event that is pointed at.
    Pointed => lined(T::Accent, 2.0);
}

impl Style {
    /// How many there are.
    pub const COUNT: usize = Style::ALL.len();

    /// The style of messages of a sort.
    pub const fn of_sort(sort: Sort) -> Style {
        match sort {
            Sort::Request => Style::Request,
            Sort::Reply => Style::Reply,
            Sort::Beat => Style::Beat,
            Sort::Refusal => Style::Refusal,
        }
    }

    /// The style of the ways of messages of a sort, and that of the dots where they arrive.
    pub const fn of_way(sort: Sort) -> (Style, Style) {
        match sort {
            Sort::Request => (Style::LineRequest, Style::DotRequest),
            Sort::Reply => (Style::LineReply, Style::DotReply),
            Sort::Beat => (Style::LineBeat, Style::DotBeat),
            Sort::Refusal => (Style::LineRefusal, Style::DotRefusal),
        }
    }

    /// All of them in the order of painting.
    pub fn all() -> impl Iterator<Item = Style> {
        Style::ALL.iter().copied()
    }
}

const fn filled(fill: Token) -> Look {
    Look { fill: Some(fill), line: None, dash: None, opacity: 1.0, line_below: false }
}

const fn lined(line: Token, width: f64) -> Look {
    Look { fill: None, line: Some((line, width)), dash: None, opacity: 1.0, line_below: false }
}

const fn dashed(line: Token, width: f64, dash: f64) -> Look {
    Look { dash: Some(dash), ..lined(line, width) }
}

const fn both(fill: Token, line: Token, width: f64) -> Look {
    Look { fill: Some(fill), ..lined(line, width) }
}

/// Messages have a thin rim of paper, so that they are told from the links they travel on.
const fn message(fill: Token) -> Look {
    Look { line_below: true, ..both(fill, Token::Paper, 3.0) }
}

/// A kind of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Font {
    /// Names of nodes.
    Name,
    /// Names of islands.
    Island,
    /// What messages say.
    Label,
    /// Values, in figures of one width.
    Value,
    /// Numbers in small marks.
    Count,
}

impl Font {
    /// All of them, each at its own index.
    pub const ALL: [Font; 5] = [Font::Name, Font::Island, Font::Label, Font::Value, Font::Count];

    /// Its size as a part of the text size of the stage.
    pub const fn size(self) -> f64 {
        match self {
            Font::Name | Font::Island => 1.0,
            Font::Label => 0.875,
            Font::Value => 0.875,
            Font::Count => 0.72,
        }
    }

    /// Its weight.
    pub const fn weight(self) -> u16 {
        match self {
            Font::Name | Font::Island | Font::Count => 650,
            Font::Label | Font::Value => 550,
        }
    }

    /// About how wide a text is, in pixels, with the stage's text size given. Never too little for the page's type family.
    pub fn width(self, text: &str, text_px: f64) -> f64 {
        let em: f64 = text.chars().map(character_width).sum();
        em * self.size() * text_px
    }
}

/// About how wide a character is, in parts of the text size.
fn character_width(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.3,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '1' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.9,
        'A'..='Z' => 0.68,
        _ if c.is_ascii() => 0.59,
        // Other scripts may have wide characters.
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_everything_at_its_place() {
        assert!(Style::all().enumerate().all(|(index, style)| style as usize == index));
        assert!(Token::ALL.iter().enumerate().all(|(index, token)| *token as usize == index));
    }

    #[test]
    fn every_style_paints_something() {
        assert!(Style::all().all(|style| style.look().fill.is_some() || style.look().line.is_some()));
    }

    #[test]
    fn every_sort_of_message_has_a_style_of_its_own() {
        let sorts = [Sort::Request, Sort::Reply, Sort::Beat, Sort::Refusal];
        let styles: std::collections::BTreeSet<_> = sorts.map(Style::of_sort).into_iter().collect();
        assert_eq!(styles.len(), sorts.len());
        let ways: std::collections::BTreeSet<_> = sorts.map(Style::of_way).into_iter().collect();
        assert_eq!(ways.len(), sorts.len());
    }
}
