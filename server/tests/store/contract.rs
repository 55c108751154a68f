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
}
