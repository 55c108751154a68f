//! The table of everything the trait guarantees.

super::on_every_engine! {
    messages {
        sequence_numbers_count_up_per_room_without_gaps,
        a_batch_is_answered_in_its_own_order,
        a_message_comes_back_as_it_was_given,
        an_id_that_is_no_uuid_comes_back_letter_by_letter,
        any_text_comes_back_as_it_was_given,
        sixteen_writers_at_once_leave_no_gap_and_no_double,
        a_client_id_is_stored_once_over_batches,
        a_client_id_is_stored_once_within_a_batch,
        a_client_id_is_its_senders_own,
        a_client_id_counts_in_every_spelling_of_the_name_and_every_room,
        the_same_client_id_sent_at_once_by_many_is_stored_once,
        a_client_id_that_was_not_stored_is_still_free,
        a_message_to_no_room_hinders_no_other,
        a_batch_of_nothing_is_nothing,
        a_sender_not_seen_before_becomes_a_guest,
        speaking_moves_the_rooms_end_and_activity,
        a_page_lies_between_its_bounds,
        a_page_that_is_too_small_takes_the_near_end,
        a_page_of_no_room_is_empty,
        what_was_stored_is_there_after_opening_again,
    }
    amendments {
        an_edit_keeps_what_was_said,
        a_deletion_leaves_the_place_and_nothing_else,
        reactions_stand_in_the_order_in_which_they_came,
        twenty_kinds_of_emoji_fit_under_a_message,
        what_is_so_already_changes_nothing,
        a_message_that_is_not_there_hinders_no_other,
        an_answer_quotes_the_message_as_it_is_now,
        amendments_are_counted_and_told_since_a_count,
        a_deleted_message_is_no_mail,
        whom_a_message_names_has_a_mention_to_read,
        a_deleted_room_takes_all_that_was_done_in_it,
    }
    finding {
        words_are_found_in_any_order_and_the_last_by_its_start,
        nothing_in_a_text_means_anything_to_the_engine,
        what_is_found_comes_newest_first_and_in_pages,
        only_what_may_be_read_is_found,
        sender_and_time_narrow_what_is_found,
        what_is_edited_or_deleted_is_found_as_it_is_now,
        what_was_loaded_is_found,
        what_was_said_in_a_rush_is_found_too,
    }
    positions {
        speaking_moves_only_the_senders_read_position,
        positions_only_move_forward,
        positions_stop_at_the_rooms_end,
        unknown_rooms_and_members_are_passed_over,
        mail_is_what_was_never_delivered,
        notices_and_chat_are_delivered_apart,
        mail_comes_in_the_order_it_was_stored,
        a_clock_set_back_does_not_turn_a_conversation_around,
        public_rooms_and_own_messages_are_never_mail,
        mail_waits_for_a_user_not_seen_before,
        what_was_said_before_joining_is_no_mail,
    }
    rooms {
        the_lobby_always_exists_and_belongs_to_nobody,
        a_room_starts_with_its_owner,
        a_room_without_owner_starts_empty,
        a_name_is_taken_in_every_spelling,
        a_rooms_number_never_comes_back,
        two_users_have_one_direct_conversation,
        a_direct_conversation_made_at_once_by_many_is_one,
        one_may_talk_to_oneself,
        a_direct_conversation_takes_nobody_else,
        leaving_a_direct_conversation_and_writing_again_brings_one_back,
        a_deleted_room_is_gone_with_all_in_it,
        members_are_listed_in_the_order_they_joined,
        joining_twice_is_no_joining,
        the_last_one_out_of_a_group_deletes_it,
        a_public_room_stays_when_everybody_has_left,
        a_member_who_returns_starts_at_the_end,
        a_users_conversations_come_latest_active_first,
        a_membership_counts_members_and_unread,
        the_directory_lists_public_rooms_by_members,
        a_room_passes_to_who_is_in_it_the_longest,
        a_new_guest_inherits_no_public_room,
        a_topic_is_set,
        a_member_mutes_for_himself,
        a_membership_shows_the_last_message_and_how_far_the_other_has_read,
    }
    names {
        a_name_that_looks_like_an_account_is_found,
        a_name_that_looks_like_a_room_is_found,
        looks_are_kept_with_what_was_loaded,
    }
    people {
        the_first_spelling_stays,
        a_user_is_made_once_by_many_at_once,
        a_password_makes_an_account_and_none_a_guest_again,
        a_rehash_replaces_only_the_hash_it_was_made_of,
        a_phone_belongs_to_one_user,
        a_refused_profile_changes_nothing,
        disabling_and_last_seen_stay,
        accounts_are_listed_by_name,
        a_new_guest_is_in_no_public_room,
        a_new_guest_reads_nothing_that_was_delivered_before,
        a_new_guest_gets_the_mail_that_waits,
        a_waiting_notice_does_not_lay_open_what_was_delivered,
        a_new_guest_has_no_sessions,
        an_account_is_never_renewed,
    }
    strangers {
        reports_are_listed_as_they_came,
        who_is_blocked_stays_blocked,
        a_report_is_resolved_once_somebody_has_dealt_with_it,
    }
    order {
        the_first_account_administers_the_server,
        only_an_account_administers_the_server,
        a_member_keeps_order_until_he_leaves,
        a_ban_or_silence_is_there_until_it_is_lifted,
        another_ban_takes_the_place_of_the_first,
        a_rooms_bans_go_with_it,
        every_change_is_counted,
        a_moderator_inherits_before_other_members_and_may_speak,
        what_was_done_is_listed_newest_first_and_forgotten_in_time,
    }
    sessions {
        a_session_is_found_until_it_expires,
        a_session_ends_when_it_is_removed,
        a_sessions_last_use_is_noted,
        sessions_are_listed_newest_first_and_by_user,
        sessions_that_are_over_are_forgotten_in_time,
    }
    programs {
        a_webhook_is_there_until_it_or_its_room_is_removed,
        a_webhook_does_not_take_the_name_of_another,
        how_far_a_webhook_has_come_is_there_after_opening_again,
        a_file_is_said_with_its_senders_message_and_goes_with_it,
        a_file_that_was_never_said_is_forgotten_in_time,
    }
    whole {
        a_dump_taken_in_elsewhere_is_the_same,
        a_dump_comes_in_parts_of_any_size,
        a_dump_taken_while_people_talk_holds_together,
        a_store_goes_on_counting_after_a_load,
        a_line_that_is_there_already_is_refused,
        a_gap_between_messages_is_refused,
        a_refused_load_leaves_nothing_behind,
        lines_go_through_json_unchanged,
        a_store_that_works_says_so,
        a_closed_store_says_so,
    }
    model {
        appending_does_what_a_simple_model_does,
    }
}
