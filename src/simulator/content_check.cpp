#include "simulator/content_check.h"
