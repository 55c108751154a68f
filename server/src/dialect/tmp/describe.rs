//! What documents say of TMP.

use crate::dialect::description::{Address, Description, Listener};

/// The one parameter of both addresses.
const QUERY: &[(&str, &str)] = &[("room", "Another room than `lobby`.")];

/// What documents say of it.
#[must_use]
pub fn describe() -> Description {
    let summary = "The toy messaging protocol: text frames with a header of 64 characters, and a connection that first \
                   is asked for a name and then speaks in one room.";
    let own = Address::http("tmp_port", "/", "TMP on its own port").on(Listener::Tmp).with_query(QUERY);
    let main = Address::http("tmp", "/tmp", "TMP on the main port").with_query(QUERY);
    Description::new("tmp", "TMP", summary)
        .at(own)
        .at(main)
        .hears_text(
            "SET_USR",
            "Asks for a name, before anything else; an account's password is the body.",
            "^tmp://SET_USR {25}::/.{20}::/",
            &["tmp://SET_USR                         ::/alice               ::/"],
        )
        .hears_text(
            "CHAT_MSSG",
            "Speaks in the room.",
            "^tmp://CHAT_MSSG {23}::/.{20}::/",
            &["tmp://CHAT_MSSG                       ::/alice               ::/Hello"],
        )
        .hears_text(
            "EXIT_CHAT",
            "Leaves.",
            "^tmp://EXIT_CHAT {23}::/.{20}::/",
            &["tmp://EXIT_CHAT                       ::/                    ::/"],
        )
        .says_text(
            "STATE_UPG_1",
            "Connected: a name is wanted.",
            "^tmp://STATE_UPG_1 {21}::/.{20}::/",
            &["tmp://STATE_UPG_1                     ::/                    ::/"],
        )
        .says_text(
            "STATE_UPG_2",
            "The name is taken: chat.",
            "^tmp://STATE_UPG_2 {21}::/.{20}::/",
            &["tmp://STATE_UPG_2                     ::/alice               ::/"],
        )
        .says_text(
            "SET_USR_CONFLICT",
            "The name is not to be had: try another.",
            "^tmp://SET_USR_CONFLICT {16}::/.{20}::/",
            &["tmp://SET_USR_CONFLICT                ::/alice               ::/"],
        )
        .says_text(
            "CHAT_MSSG",
            "Somebody spoke, under the true name.",
            "^tmp://CHAT_MSSG {23}::/.{20}::/",
            &["tmp://CHAT_MSSG                       ::/bob                 ::/Hello, Alice"],
        )
        .says_text(
            "DISCONNECT",
            "The connection closes now.",
            "^tmp://DISCONNECT {22}::/.{20}::/",
            &["tmp://DISCONNECT                      ::/                    ::/"],
        )
}
